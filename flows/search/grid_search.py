"""The plain way: every grid point fitted on the rows, as GridSearchCV does it. For any pipeline and grid."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.search.executor import Spread
from flows.search.result import SearchResult
from flows.search.scores import score_table
from flows.search.threads import threads_for

if TYPE_CHECKING:
    import pandas as pd
    from sklearn.pipeline import Pipeline


class Trial(NamedTuple):
    """A pipeline, of whose last step the grid names parameters, and the table it is tried on."""

    model: Pipeline
    features: pd.DataFrame
    sales: pd.Series
    folds: int

    def at(self, point: Mapping[str, Any]) -> Pipeline:
        """The unfitted pipeline with the parameters of a grid point."""
        from sklearn.base import clone

        step = self.model.steps[-1][0]
        return clone(self.model).set_params(**{f"{step}__{name}": value for name, value in point.items()})


class Tried(NamedTuple):
    """A grid point's negative MSE on each fold, and the seconds of all its fits."""

    scores: Sequence[float]
    seconds: float


def try_point(trial: Trial, point: Mapping[str, Any]) -> Tried:
    """Fit and score a grid point on every fold."""
    from sklearn.model_selection import cross_validate

    with threads_for(len(trial.features)):
        found = cross_validate(
            trial.at(point),
            trial.features,
            trial.sales,
            cv=trial.folds,
            scoring="neg_mean_squared_error",
            error_score="raise",
        )
    return Tried(found["test_score"], float(found["fit_time"].sum()))


def plain_search(
    trial: Trial, points: Sequence[Mapping[str, Any]], tell: Callable[[float], None], *, note: str, spread: Spread
) -> SearchResult:
    """Scores, ranks, winner and model of GridSearchCV on these points, each point tried where `spread` has it done.

    `tell` hears the share of points done, `note` is the result's one note.
    """
    from sklearn.model_selection import cross_val_predict

    tried = []
    for answer in spread(try_point, trial, points):
        tried.append(answer)
        tell(len(tried) / len(points))
    table = score_table(points, [t.scores for t in tried], [t.seconds for t in tried], ["plain"] * len(points))
    best = int(table["rank"].to_numpy().argmin())
    winner = trial.at(points[best])
    with threads_for(len(trial.features)):
        out_of_fold = cross_val_predict(winner, trial.features, trial.sales, cv=trial.folds)
        winner.fit(trial.features, trial.sales)
    return SearchResult(dict(points[best]), float(table["mean"][best]), best, winner, table, out_of_fold, [note])
