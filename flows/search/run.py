"""The entry: a table and a grid in, the winner out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.folds import Fold, grow_grid
from flows.search.kinds import Kind, kinds_of
from flows.search.part import Part
from flows.search.plain import plain_search
from flows.search.refit import refit
from flows.search.result import SearchResult
from flows.search.rows import Rows, Span
from flows.search.scores import score_table
from flows.search.space import grid_points
from flows.search.ways import largest_limit, notes_on, way_of, why_plain

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

Progress = Callable[[float, str], None]


def search(
    features: pd.DataFrame,
    sales: pd.Series,
    grid: Mapping[str, Sequence[object]],
    *,
    folds: int = 5,
    seed: int = 42,
    progress: Progress | None = None,
) -> SearchResult:
    """Grid search of `pipeline(seed)` by negative MSE over `folds` unshuffled folds."""
    import sklearn

    points = grid_points(grid)
    because = why_plain(features, sales, points, seed)
    if because:
        return plain_search(features, sales, grid, folds=folds, seed=seed, because=because)
    with sklearn.config_context(skip_parameter_validation=True):  # the points are validated, the trees many
        return _fast_search(Rows.of(features, sales), points, folds, seed, _in_steps(progress))


def _in_steps(progress: Progress | None) -> Callable[[float], None]:
    """Passes on every twentieth part: whoever listens may be far away."""
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        if progress and share >= told:
            progress(share, f"Searching the grid: {share:.0%} of the trees")
            told = share + 0.05

    return tell


def _fast_search(
    rows: Rows, points: Sequence[Mapping[str, Any]], folds: int, seed: int, tell: Callable[[float], None]
) -> SearchResult:
    kinds = kinds_of(points, seed)
    least = largest_limit(rows, kinds)
    grown = [Fold.of(Part.of(rows, span, least)) for span in spans_of(len(rows), folds)]
    grow_grid(grown, kinds, tell)
    forests = {row: (kind, trees) for kind in kinds for trees, of in kind.points.items() for row in of}
    table = _scored(rows, points, grown, forests)
    best = int(table["rank"].to_numpy().argmin())
    kind, trees = forests[best]
    return SearchResult(
        best_params=dict(points[best]),
        best_score=float(table["mean"][best]),
        best_index=best,
        model=refit(rows, kind, points[best], seed, least),
        table=table,
        out_of_fold=np.concatenate([fold.forests[kind, trees][0] for fold in grown]),
        notes=notes_on(rows, kinds, grown),
    )


def spans_of(rows: int, folds: int) -> list[Span]:
    """The rows that each fold leaves out, as GridSearchCV(cv=folds) does for a regressor."""
    from sklearn.model_selection import KFold

    return [(int(out[0]), int(out[-1]) + 1) for _, out in KFold(folds).split(np.empty(rows))]


def _scored(
    rows: Rows,
    points: Sequence[Mapping[str, Any]],
    folds: Sequence[Fold],
    forests: Mapping[int, tuple[Kind, int]],
) -> pd.DataFrame:
    order = [forests[row] for row in range(len(points))]
    scores = {of: [_score(rows, fold, fold.forests[of][0]) for fold in folds] for of in set(order)}
    seconds = [sum(fold.forests[of][1] for fold in folds) for of in order]
    ways = [way_of(kind, trees, folds) for kind, trees in order]
    return score_table(points, [scores[of] for of in order], seconds, ways)


def _score(rows: Rows, fold: Fold, predictions: NDArray[np.float64]) -> float:
    from sklearn.metrics import mean_squared_error

    return -float(mean_squared_error(rows.sales.iloc[slice(*fold.part.span)], predictions))
