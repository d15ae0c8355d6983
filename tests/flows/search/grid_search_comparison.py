"""Tables to search on, and the comparison with scikit-learn's own search that the tests lean on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.model_selection import GridSearchCV, cross_val_predict
from sklearn.pipeline import Pipeline

from flows.search import SearchResult, pipeline, search

Table = tuple[pd.DataFrame, pd.Series]
Grid = Mapping[str, Sequence[object]]


def days(rows: int, seed: int = 0, holidays: float = 0.0) -> Table:
    """A table of the file's shape: 28 usual inputs and, with a chance, a holiday on another day."""
    rng = np.random.default_rng(seed)
    day, season = rng.integers(1, 8, rows), rng.integers(1, 5, rows)
    holiday = (day == 7) | (rng.random(rows) < holidays)
    sales = np.rint(1500 + 300 * day + 50 * season + 400 * holiday + rng.normal(0, 117, rows))
    features = pd.DataFrame({"DayOfWeek": day, "Season": season, "Holiday": holiday.astype(int)})
    return features, pd.Series(sales.astype(int), name="Sales")


def assert_same_forest(ours: Pipeline, plain: Pipeline) -> None:
    """Every node of every tree, every parameter and every other attribute."""
    one, other = ours["forest"], plain["forest"]
    assert one.get_params() == other.get_params()
    unlike = {"estimator", "estimator_", "estimators_"}  # objects that compare by identity
    assert {k: v for k, v in vars(one).items() if k not in unlike} == {
        k: v for k, v in vars(other).items() if k not in unlike
    }
    assert vars(one).keys() == vars(other).keys()
    for tree, twin in zip(one.estimators_, other.estimators_, strict=True):
        assert {**vars(tree), "tree_": 0} == {**vars(twin), "tree_": 0}
        state, expected = tree.tree_.__getstate__(), twin.tree_.__getstate__()
        inner = expected["nodes"]["left_child"] >= 0
        for name in expected["nodes"].dtype.names:
            at = inner if name == "missing_go_to_left" else slice(None)  # a leaf's is not set
            np.testing.assert_array_equal(state["nodes"][name][at], expected["nodes"][name][at], name)
        np.testing.assert_array_equal(state["values"], expected["values"])


def same_as_plain(
    features: pd.DataFrame, sales: pd.Series, grid: Grid, *, seed: int = 42, folds: int = 5
) -> SearchResult:
    """Searches, and holds every bit of the answer against GridSearchCV's."""
    found = search(features, sales, grid, folds=folds, seed=seed)
    plain = GridSearchCV(
        pipeline(seed),
        {f"forest__{name}": list(values) for name, values in grid.items()},
        cv=folds,
        scoring="neg_mean_squared_error",
        error_score="raise",
    ).fit(features, sales)
    assert_same_scores(found, plain, folds)
    assert_same_forest(found.model, plain.best_estimator_)
    np.testing.assert_array_equal(found.model.predict(features), plain.predict(features))
    out_of_fold = cross_val_predict(pipeline(seed, **found.best_params), features, sales, cv=folds)
    np.testing.assert_array_equal(found.out_of_fold, out_of_fold)
    return found


def assert_same_scores(found: SearchResult, plain: GridSearchCV, folds: int) -> None:
    """Every score of every fold, the ranks and the winner."""
    cv = plain.cv_results_
    for fold in range(folds):
        np.testing.assert_array_equal(found.table[f"fold_{fold + 1}"], cv[f"split{fold}_test_score"])
    for name in ("mean", "std", "rank"):
        np.testing.assert_array_equal(found.table[name], cv[f"{name}_test_score"])
    assert {f"forest__{name}": value for name, value in found.best_params.items()} == plain.best_params_
    assert (found.best_index, found.best_score) == (plain.best_index_, plain.best_score_)
