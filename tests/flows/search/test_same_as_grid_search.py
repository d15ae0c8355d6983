"""Whatever the table, the seed and the grid: GridSearchCV's answer, bit for bit."""

import numpy as np
import pandas as pd
import pytest

from tests.flows.search.grid_search_comparison import Grid, days, same_as_plain

Real = tuple[pd.DataFrame, pd.DataFrame]
FEATURES = ["DayOfWeek", "Season", "Holiday"]

SMALL: Grid = {"n_estimators": [3, 5], "max_depth": [None, 10, 4], "min_samples_split": [2, 5]}


def test_the_real_file_gives_the_known_winner(real: Real) -> None:
    train, test = real
    found = same_as_plain(
        train[FEATURES], train["Sales"], {"n_estimators": [100, 200], "max_depth": [None], "min_samples_split": [2, 5]}
    )
    assert found.best_params == {"max_depth": None, "min_samples_split": 5, "n_estimators": 100}
    rmse = np.sqrt(np.mean((found.model.predict(test[FEATURES]) - test["Sales"]) ** 2))
    assert rmse == pytest.approx(145.478, abs=0.001)


@pytest.mark.parametrize("seed", [0, 7])
def test_the_real_file_with_other_seeds(real: Real, seed: int) -> None:
    same_as_plain(real[0][FEATURES], real[0]["Sales"], SMALL, seed=seed)


@pytest.mark.parametrize(("rows", "seed"), [(103, 0), (6001, 2), (15_000, 3)])
def test_tables_of_several_sizes(rows: int, seed: int) -> None:
    same_as_plain(*days(rows, seed, holidays=0.01), SMALL, seed=seed)


@pytest.mark.parametrize("folds", [2, 10])
def test_other_numbers_of_folds(folds: int) -> None:
    same_as_plain(*days(5003), SMALL, folds=folds)


def test_rows_in_the_order_of_their_seasons() -> None:
    """A fold then leaves out most rows of an input, or all of them."""
    features, sales = days(8000)
    order = features.sort_values("Season", kind="stable").index
    same_as_plain(features.loc[order], sales.loc[order], SMALL)


@pytest.mark.parametrize("dtype", [np.float32, np.int8])
def test_features_of_other_types(dtype: type) -> None:
    features, sales = days(4500)
    same_as_plain(features.astype(dtype), sales.astype(np.float32), SMALL)


def test_continuous_features_and_fractional_sales() -> None:
    rng = np.random.default_rng(5)
    features = pd.DataFrame(rng.normal(size=(200, 4)), columns=list("abcd"))
    same_as_plain(features, pd.Series(rng.normal(size=200)), SMALL)


def test_a_constant_feature_and_sales_around_zero() -> None:
    features, sales = days(5000)
    same_as_plain(features.assign(Holiday=0), (sales - 2700) // 40, SMALL)


def test_inputs_that_a_tree_cannot_tell_apart() -> None:
    """Distinct inputs that are one in 32 bits, or nearer than scikit-learn's threshold."""
    rng = np.random.default_rng(6)
    near, large = rng.choice([0, 1e-9, 0.4, 0.4 + 1e-8, 1], 3000), 1e9 + rng.integers(0, 3, 3000)
    sales = pd.Series(np.rint(50 * near + rng.integers(0, 30, 3000)).astype(int))
    found = same_as_plain(pd.DataFrame({"near": near, "large": large}), sales, SMALL)
    assert "cells" in set(found.table["way"])


def test_sales_that_are_all_alike() -> None:
    features, sales = days(4500)
    for value in (0, 1, 7):
        same_as_plain(features, sales * 0 + value, {"n_estimators": [3]})


@pytest.mark.parametrize(
    "grid",
    [
        {},
        {"max_features": [1, 1.0, "sqrt", 2]},
        {"min_samples_leaf": [1, 3, 10, 0.01], "min_samples_split": [0.002, 7]},
        {"max_depth": [None, 1, 3, 5, 6, 7, 8], "max_features": [2]},
        {"max_leaf_nodes": [None, 2, 9], "max_depth": [3, None]},
        {"min_impurity_decrease": [0.0, 50.0], "min_weight_fraction_leaf": [0.0, 0.05]},
        {"ccp_alpha": [0.0, 20.0], "max_depth": [None, 5], "min_samples_leaf": [1, 5]},
        {"bootstrap": [True, False], "max_features": [1, 2]},
        {"max_samples": [None, 0.3, 900, 1.0]},
        {"monotonic_cst": [None, [1, 0, 1], [0, -1, 0]]},
        {"random_state": [0, 1], "n_estimators": [3, 6]},
        {"n_jobs": [1], "warm_start": [True]},
        {"criterion": ["squared_error", "poisson"]},
    ],
    ids=lambda grid: ",".join(grid) or "empty",
)
@pytest.mark.parametrize("rows", [300, 5000])
def test_any_grid_over_the_forests_parameters(grid: Grid, rows: int) -> None:
    same_as_plain(*days(rows), {"n_estimators": [3], **grid}, folds=3)


def test_another_criterion_beside_the_usual_one() -> None:
    found = same_as_plain(
        *days(900), {"n_estimators": [3], "criterion": ["absolute_error", "squared_error"], "max_depth": [3, 9]}
    )
    assert "criterion other than squared_error" in " ".join(found.notes)
