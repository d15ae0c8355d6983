"""The entry point: takes a table and a grid, returns the best model."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.cross_validation import FoldResults, grow_forests
from flows.search.dataset import Dataset, Span
from flows.search.errors import SearchError
from flows.search.executor import Executor, run_locally
from flows.search.grid_search import Trial, exhaustive_search
from flows.search.growing import Fold
from flows.search.param_grid import grid_points, pipeline
from flows.search.refit import refit
from flows.search.result import SearchResult
from flows.search.scores import score_table
from flows.search.strategies import describe_strategy, largest_size_limit, search_notes, why_exhaustive
from flows.search.training_part import TrainingPart
from flows.search.tree_specs import TreeSpec, tree_specs

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

ReportProgress = Callable[[float, str], None]


def search(
    features: pd.DataFrame,
    sales: pd.Series,
    grid: Mapping[str, Sequence[object]],
    *,
    folds: int = 5,
    seed: int = 42,
    progress: ReportProgress | None = None,
    executor: Executor = run_locally,
) -> SearchResult:
    """Grid search of `pipeline(seed)` by negative MSE over `folds` unshuffled folds, computed by `executor`.

    Folds, scores (bit for bit), ranks, winner and model are those of `GridSearchCV(pipeline(seed), grid,
    cv=folds, scoring="neg_mean_squared_error")`; the model is a normal fitted Pipeline, its trees equal to
    the plain forest's node for node. A small forest is the prefix of a larger one with the same seed, and equal
    trees are grown once (`tree_specs.same_tree`). The table's column `way` names the strategy for each tree:

    `cells`: the tree grows on a few rows for each distinct input instead of on all rows (`cells.CellTable`). The
    result is exact. The search uses cells where all of these hold:
      1. every sale is a whole number, and `criterion` is "squared_error";
      2. the squares of the sales in the tree's bootstrap sample add up to 2^51 at most;
      3. with L the largest size limit of the grid, in rows (the largest of `min_samples_split` and twice
         `min_samples_leaf`): every input with at least 4 (L + 4) training rows has at least L distinct rows in the
         sample. Rows with a rarer input stay rows;
      4. it pays: the small table has at most a quarter of the training rows.
    `rows`: the tree grows on the rows, as in the forest, where one of these fails. `notes` says which.

    `plain`: GridSearchCV's own steps, for what has no fast strategy (`notes` says why): numbers that are not
    finite, a `random_state` that is not a whole number, `criterion="poisson"` with a sale of 0 or less,
    and `max_samples` or `oob_score` without bootstrap, which GridSearchCV refuses.

    `features` and `sales` are numbers, row by row together, at least `folds` of them; `grid` maps names of
    RandomForestRegressor's parameters to the values to try. `progress` gets the share done (0 to 1) and a message,
    about twenty times. With `n_jobs` in the grid scikit-learn adds up in the order in which threads finish; this
    search always adds in the order of the trees. The winner is refitted in this process.

    Raises SearchError, a ValueError, for an unknown parameter, a value or a table that scikit-learn refuses.
    """
    import sklearn

    points = grid_points(grid)
    reason = why_exhaustive(features, sales, points, seed)
    if reason:
        note = f"Every grid point was fitted on the rows, one after another, because {reason}."
        report = _throttle(progress, f"of the points, one after another, because {reason}")
        try:
            return exhaustive_search(
                Trial(pipeline(seed), features, sales, folds), points, report, note=note, executor=executor
            )
        except ValueError as error:
            raise SearchError(f"The grid cannot be searched: {' '.join(str(error).split())}") from error
    with sklearn.config_context(
        skip_parameter_validation=True
    ):  # the grid points are already validated, and there are many trees
        report = _throttle(progress, "of the trees")
        return _fast_search(Dataset.of(features, sales), points, folds, seed, report, executor)


def _throttle(progress: ReportProgress | None, what: str) -> Callable[[float], None]:
    """Pass on every twentieth part only: the listener may be a remote server."""
    next_share = 0.0

    def report(share: float) -> None:
        nonlocal next_share
        if progress and (share >= next_share or share == 1):
            progress(share, f"Searching the grid: {share:.0%} {what}")
            next_share = share + 0.05

    return report


def _fast_search(
    rows: Dataset,
    points: Sequence[Mapping[str, Any]],
    folds: int,
    seed: int,
    report: Callable[[float], None],
    executor: Executor,
) -> SearchResult:
    specs = tree_specs(points, seed)
    min_rows = largest_size_limit(rows, specs)
    grown = [FoldResults(Fold.of(TrainingPart.of(rows, span, min_rows))) for span in fold_spans(len(rows), folds)]
    grow_forests(grown, specs, report, executor)
    forests = {row: (spec, trees) for spec in specs for trees, of in spec.points.items() for row in of}
    table = _score_forests(rows, points, grown, forests)
    best = int(table["rank"].to_numpy().argmin())
    spec, trees = forests[best]
    return SearchResult(
        best_params=dict(points[best]),
        best_score=float(table["mean"][best]),
        best_index=best,
        model=refit(rows, spec, points[best], seed, min_rows),
        table=table,
        out_of_fold=np.concatenate([fold.predictions(spec, trees) for fold in grown]),
        notes=search_notes(rows, specs, grown),
    )


def fold_spans(rows: int, folds: int) -> list[Span]:
    """Return the rows that each fold leaves out, as GridSearchCV(cv=folds) does for a regressor."""
    from sklearn.model_selection import KFold

    return [(int(out[0]), int(out[-1]) + 1) for _, out in KFold(folds).split(np.empty(rows))]


def _score_forests(
    rows: Dataset,
    points: Sequence[Mapping[str, Any]],
    folds: Sequence[FoldResults],
    forests: Mapping[int, tuple[TreeSpec, int]],
) -> pd.DataFrame:
    order = [forests[row] for row in range(len(points))]
    scores = {of: [_fold_score(rows, fold, fold.predictions(*of)) for fold in folds] for of in set(order)}
    seconds = [sum(fold.forests[of][1] for fold in folds) for of in order]
    strategies = [describe_strategy(spec, trees, folds) for spec, trees in order]
    return score_table(points, [scores[of] for of in order], seconds, strategies)


def _fold_score(rows: Dataset, fold: FoldResults, predictions: NDArray[np.float64]) -> float:
    from sklearn.metrics import mean_squared_error

    return -float(mean_squared_error(rows.sales.iloc[slice(*fold.part.span)], predictions))
