"""The plain way: GridSearchCV itself, for the grids and tables that no fast way is known for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from flows.search.result import SearchResult
from flows.search.scores import score_table
from flows.search.space import pipeline

if TYPE_CHECKING:
    import pandas as pd


def plain_search(
    features: pd.DataFrame,
    sales: pd.Series,
    grid: Mapping[str, Sequence[object]],
    *,
    folds: int,
    seed: int,
    because: str,
) -> SearchResult:
    """The search that `flows.search.search` is measured against; `because` goes into the notes."""
    from sklearn.model_selection import GridSearchCV, cross_val_predict

    found = GridSearchCV(
        pipeline(seed),
        {f"forest__{name}": list(values) for name, values in grid.items()},
        cv=folds,
        scoring="neg_mean_squared_error",
        error_score="raise",
    ).fit(features, sales)
    cv = found.cv_results_
    points = [{name.removeprefix("forest__"): value for name, value in p.items()} for p in cv["params"]]
    scores = [[cv[f"split{fold}_test_score"][row] for fold in range(folds)] for row in range(len(points))]
    table = score_table(points, scores, cv["mean_fit_time"] * folds, ["plain"] * len(points))
    best = points[found.best_index_]
    out_of_fold = cross_val_predict(pipeline(seed, **best), features, sales, cv=folds)
    note = f"Every grid point was fitted on the rows, one after another, because {because}."
    return SearchResult(
        best, float(found.best_score_), int(found.best_index_), found.best_estimator_, table, out_of_fold, [note]
    )
