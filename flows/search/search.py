"""The entry: a table and a grid in, the winner out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.cross_validation import Fold, grow_grid
from flows.search.dataset import Rows, Span
from flows.search.errors import SearchError
from flows.search.executor import Spread, here
from flows.search.grid_search import Trial, plain_search
from flows.search.growing import Ground
from flows.search.param_grid import grid_points, pipeline
from flows.search.refit import refit
from flows.search.result import SearchResult
from flows.search.scores import score_table
from flows.search.strategies import largest_limit, notes_on, way_of, why_plain
from flows.search.training_part import Part
from flows.search.tree_specs import Kind, kinds_of

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
    spread: Spread = here,
) -> SearchResult:
    """Grid search of `pipeline(seed)` by negative MSE over `folds` unshuffled folds, in one process or by `spread`.

    Folds, scores (bit for bit), ranks, winner and model are those of `GridSearchCV(pipeline(seed), grid,
    cv=folds, scoring="neg_mean_squared_error")`; the model is a normal fitted Pipeline, its trees equal to
    the plain forest's node for node. A forest of few trees is the beginning of one of many, and kinds of
    trees that come out equal are grown once (`kinds.same_tree`). Each tree is grown in the better of two ways:

    `cells`: on a few rows for each distinct input instead of on all rows (`cells.Cells`). It is exact, and
    taken, where all of these hold:
      1. every sale is a whole number, and `criterion` is "squared_error";
      2. the squares of the sales in the tree's bag add up to 2^51 at most;
      3. with L the largest size limit of the grid, in rows (the largest of `min_samples_split` and twice
         `min_samples_leaf`): every input with 4 (L + 4) training rows or more has L distinct rows in the
         bag at least. Rows with a rarer input are kept as rows;
      4. it pays: the table of stand-ins and kept rows is a quarter of the training rows at most.
    `rows`: on the rows, as the forest does it, where one of these fails. `notes` says which.

    GridSearchCV's own steps (way `plain`, `notes` says why) do what has no fast way: numbers that are not
    finite, a `random_state` that is not a whole number, `criterion="poisson"` with a sale of 0 or less,
    and `max_samples` or `oob_score` without bootstrap, which it refuses.

    `features` and `sales` are numbers, row by row together, at least `folds` of them; `grid` maps names of
    RandomForestRegressor's parameters to the values to try. `progress` is called with the share done (0 to
    1) and a message, about twenty times. With `n_jobs` in the grid scikit-learn adds up in the order in which
    threads finish; here it is always the order of the trees, whoever grew them. The winner is refitted here.

    Raises SearchError, a ValueError, for an unknown parameter, a value or a table that scikit-learn refuses.
    """
    import sklearn

    points = grid_points(grid)
    because = why_plain(features, sales, points, seed)
    if because:
        note = f"Every grid point was fitted on the rows, one after another, because {because}."
        tell = _in_steps(progress, f"of the points, one after another, because {because}")
        try:
            return plain_search(Trial(pipeline(seed), features, sales, folds), points, tell, note=note, spread=spread)
        except ValueError as error:
            raise SearchError(f"The grid cannot be searched: {' '.join(str(error).split())}") from error
    with sklearn.config_context(skip_parameter_validation=True):  # the points are validated, the trees many
        told = _in_steps(progress, "of the trees")
        return _fast_search(Rows.of(features, sales), points, folds, seed, told, spread)


def _in_steps(progress: Progress | None, what: str) -> Callable[[float], None]:
    """Passes on every twentieth part: whoever listens may be far away."""
    told = 0.0

    def tell(share: float) -> None:
        nonlocal told
        if progress and (share >= told or share == 1):
            progress(share, f"Searching the grid: {share:.0%} {what}")
            told = share + 0.05

    return tell


def _fast_search(
    rows: Rows,
    points: Sequence[Mapping[str, Any]],
    folds: int,
    seed: int,
    tell: Callable[[float], None],
    spread: Spread,
) -> SearchResult:
    kinds = kinds_of(points, seed)
    least = largest_limit(rows, kinds)
    grown = [Fold(Ground.of(Part.of(rows, span, least))) for span in spans_of(len(rows), folds)]
    grow_grid(grown, kinds, tell, spread)
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
        out_of_fold=np.concatenate([fold.predictions(kind, trees) for fold in grown]),
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
    scores = {of: [_score(rows, fold, fold.predictions(*of)) for fold in folds] for of in set(order)}
    seconds = [sum(fold.forests[of][1] for fold in folds) for of in order]
    ways = [way_of(kind, trees, folds) for kind, trees in order]
    return score_table(points, [scores[of] for of in order], seconds, ways)


def _score(rows: Rows, fold: Fold, predictions: NDArray[np.float64]) -> float:
    from sklearn.metrics import mean_squared_error

    return -float(mean_squared_error(rows.sales.iloc[slice(*fold.part.span)], predictions))
