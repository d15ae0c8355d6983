"""Fits every grid point on the rows, as GridSearchCV does. Works for any pipeline and grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.search.executor import Executor
from flows.search.result import SearchResult
from flows.search.scores import score_table
from flows.search.threads import limit_threads

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


class Trial(NamedTuple):
    """A pipeline, whose last step has the grid's parameters, and the table to fit it on."""

    model: Pipeline
    features: pd.DataFrame
    sales: pd.Series
    folds: int

    def with_params(self, point: Mapping[str, Any]) -> Pipeline:
        """Return the unfitted pipeline with the parameters of a grid point."""
        from sklearn.base import clone

        step = self.model.steps[-1][0]
        return clone(self.model).set_params(**{f"{step}__{name}": value for name, value in point.items()})


class PointScores(NamedTuple):
    """A grid point's negative MSE on each fold, and the seconds of all its fits."""

    scores: Sequence[float]
    seconds: float


def score_point(trial: Trial, point: Mapping[str, Any]) -> PointScores:
    """Fit and score a grid point on every fold."""
    from sklearn.model_selection import cross_validate

    with limit_threads(len(trial.features)):
        found = cross_validate(
            trial.with_params(point),
            trial.features,
            trial.sales,
            cv=trial.folds,
            scoring="neg_mean_squared_error",
            error_score="raise",
        )
    return PointScores(found["test_score"], float(found["fit_time"].sum()))


def exhaustive_search(
    trial: Trial, points: Sequence[Mapping[str, Any]], report: Callable[[float], None], *, note: str, executor: Executor
) -> SearchResult:
    """Return the scores, ranks, winner and model of GridSearchCV on these points, computed by `executor`.

    `report` gets the share of points done. `note` becomes the result's only note.
    """
    from sklearn.model_selection import cross_val_predict

    scored = []
    for point_scores in executor(score_point, trial, points):
        scored.append(point_scores)
        report(len(scored) / len(points))
    table = score_table(points, [p.scores for p in scored], [p.seconds for p in scored], ["plain"] * len(points))
    best = int(table["rank"].to_numpy().argmin())
    winner = trial.with_params(points[best])
    with limit_threads(len(trial.features)):
        out_of_fold = cross_val_predict(winner, trial.features, trial.sales, cv=trial.folds)
        winner.fit(trial.features, trial.sales)
    return SearchResult(dict(points[best]), float(table["mean"][best]), best, winner, table, out_of_fold, [note])
