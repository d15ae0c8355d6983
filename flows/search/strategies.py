"""Which way a search may go, and the sentences that say so. Knows conditions; grows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.param_grid import forest
from flows.search.training_part import on_cells
from flows.search.tree_specs import Kind, Limits

if TYPE_CHECKING:
    import pandas as pd

    from flows.search.cross_validation import Fold
    from flows.search.dataset import Rows


def why_plain(features: pd.DataFrame, sales: pd.Series, points: Sequence[Mapping[str, Any]], seed: int) -> str | None:
    """The reason why only GridSearchCV itself gives GridSearchCV's answer (or its error), or None."""
    if len(features) != len(sales):
        return "the features and the sales are not equally many"
    if not (_finite(features) and _finite(sales)):
        return "the features and sales are not all finite numbers"
    for point in points:
        params = forest(seed, **point).get_params()
        if not isinstance(params["random_state"], Integral):
            return "random_state is not a whole number, so that no fit can be repeated"
        if not params["bootstrap"] and (params["oob_score"] or params["max_samples"] is not None):
            return "oob_score and max_samples mean nothing without bootstrap"
        if params["criterion"] == "poisson" and sales.min() <= 0:
            return "criterion='poisson' is for positive sales"
    return None


def _finite(values: pd.DataFrame | pd.Series) -> bool:
    try:
        return bool(np.isfinite(values.to_numpy(np.float64)).all())
    except (TypeError, ValueError):
        return False


def largest_limit(rows: Rows, kinds: Sequence[Kind]) -> int | None:
    """The largest number of rows that a limit of these kinds asks for; None where no tree may use cells."""
    if not (rows.whole and any(on_cells(kind) for kind in kinds)):
        return None
    return max(Limits.of(kind.params, len(rows)).split for kind in kinds)


def way_of(kind: Kind, trees: int, folds: Sequence[Fold]) -> str:
    """How a point's forests came about, as the table shows it: `cells`, `rows+shared`, `cells (prefix)` …"""
    ways = sum((fold.ways[kind] for fold in folds), Counter[str]())
    return "+".join(sorted(ways)) + (" (prefix)" if trees < kind.trees else "")


def notes_on(rows: Rows, kinds: Sequence[Kind], folds: Sequence[Fold]) -> list[str]:
    """What the search did and why, in sentences."""
    ways = sum((fold.ways[kind] for fold in folds for kind in kinds), Counter[str]())
    grown = ways["cells"] + ways["rows"]
    plain = len(folds) * sum(trees * len(of) for kind in kinds for trees, of in kind.points.items())
    saved = f"{grown:,} trees were grown for the folds where the plain search grows {plain:,}."
    return [saved, *_about_rows(rows, kinds, folds, ways)]


def _about_rows(rows: Rows, kinds: Sequence[Kind], folds: Sequence[Fold], ways: Counter[str]) -> list[str]:
    size = f"{len(rows):,} rows with {len(rows.inputs):,} distinct inputs"
    if not rows.whole:
        return ["Trees grew on the rows, because the sales are not all whole numbers."]
    if not all(on_cells(kind) for kind in kinds):
        return ["Trees of a criterion other than squared_error grew on the rows."]
    if not any(fold.part.cells for fold in folds):
        return [f"Trees grew on the rows: {size} are too few rows an input for cells to pay."]
    if not ways["rows"]:
        return [f"Trees grew on cells of equal inputs: {size}."]
    reason = (
        f"{ways['rows']:,} trees grew on the rows, because in their bags a frequent input had too few distinct "
        "rows for the grid's size limits, or the squares of the sales added up to more than 2^51."
    )
    return [reason]
