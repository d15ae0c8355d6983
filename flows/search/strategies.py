"""Chooses the strategy of a search and explains it in sentences. Grows nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.param_grid import forest
from flows.search.training_part import supports_cells
from flows.search.tree_specs import TreeLimits, TreeSpec

if TYPE_CHECKING:
    import pandas as pd

    from flows.search.cross_validation import FoldResults
    from flows.search.dataset import Dataset


def why_exhaustive(
    features: pd.DataFrame, sales: pd.Series, points: Sequence[Mapping[str, Any]], seed: int
) -> str | None:
    """Return why only GridSearchCV itself gives GridSearchCV's result (or its error), or None."""
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


def largest_size_limit(rows: Dataset, specs: Sequence[TreeSpec]) -> int | None:
    """Return the largest number of rows that a limit of these specs requires; None if no tree may use cells."""
    if not (rows.has_whole_sales and any(supports_cells(spec) for spec in specs)):
        return None
    return max(TreeLimits.of(spec.params, len(rows)).split for spec in specs)


def describe_strategy(spec: TreeSpec, trees: int, folds: Sequence[FoldResults]) -> str:
    """Describe how a point's forests were grown, as the table shows it: `cells`, `rows+shared`, `cells (prefix)` …"""
    strategies = sum((fold.strategies[spec] for fold in folds), Counter[str]())
    return "+".join(sorted(strategies)) + (" (prefix)" if trees < spec.trees else "")


def search_notes(rows: Dataset, specs: Sequence[TreeSpec], folds: Sequence[FoldResults]) -> list[str]:
    """Describe what the search did and why, in sentences."""
    strategies = sum((fold.strategies[spec] for fold in folds for spec in specs), Counter[str]())
    grown = strategies["cells"] + strategies["rows"]
    plain = len(folds) * sum(trees * len(of) for spec in specs for trees, of in spec.points.items())
    saved = f"{grown:,} trees were grown for the folds where the plain search grows {plain:,}."
    return [saved, *_cell_notes(rows, specs, folds, strategies)]


def _cell_notes(
    rows: Dataset, specs: Sequence[TreeSpec], folds: Sequence[FoldResults], strategies: Counter[str]
) -> list[str]:
    size = f"{len(rows):,} rows with {len(rows.inputs):,} distinct inputs"
    if not rows.has_whole_sales:
        return ["Trees grew on the rows, because the sales are not all whole numbers."]
    if not all(supports_cells(spec) for spec in specs):
        return ["Trees of a criterion other than squared_error grew on the rows."]
    if not any(fold.part.cells for fold in folds):
        return [f"Trees grew on the rows: {size} are too few rows an input for cells to pay."]
    if not strategies["rows"]:
        return [f"Trees grew on cells of equal inputs: {size}."]
    reason = (
        f"{strategies['rows']:,} trees grew on the rows, because in their samples a frequent input had too few "
        "distinct rows for the grid's size limits, or the squares of the sales added up to more than 2^51."
    )
    return [reason]
