"""The entry: a table and a grid in, the winner out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from flows.search.result import SearchResult
from flows.search.space import pipeline

if TYPE_CHECKING:
    import pandas as pd

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
    import pandas as pd
    from sklearn.model_selection import GridSearchCV, cross_val_predict

    tell = progress or (lambda _share, _message: None)
    tell(0.0, "Searching the grid")
    found = GridSearchCV(
        pipeline(seed),
        {f"forest__{name}": list(values) for name, values in grid.items()},
        cv=folds,
        scoring="neg_mean_squared_error",
        error_score="raise",
    ).fit(features, sales)
    cv = found.cv_results_
    points = [{k.removeprefix("forest__"): v for k, v in p.items()} for p in cv["params"]]
    table = pd.DataFrame({f"param_{k}": pd.Series([p[k] for p in points], dtype=object) for k in grid})
    for fold in range(folds):
        table[f"fold_{fold + 1}"] = cv[f"split{fold}_test_score"]
    table["mean"], table["std"] = cv["mean_test_score"], cv["std_test_score"]
    table["rank"] = cv["rank_test_score"]
    table["fit_seconds"], table["way"] = cv["mean_fit_time"] * folds, "rows"
    best = points[found.best_index_]
    out_of_fold = cross_val_predict(pipeline(seed, **best), features, sales, cv=folds)
    tell(1.0, "Grid searched")
    return SearchResult(
        best_params=best,
        best_score=float(found.best_score_),
        best_index=int(found.best_index_),
        model=found.best_estimator_,
        table=table,
        out_of_fold=out_of_fold,
        notes=["Every grid point was fitted on the rows, one after another."],
    )
