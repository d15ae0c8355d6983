"""Candidates against each other: GridSearchCV's scores for each, one table for all, the best one chosen."""

import numpy as np
import polars as pl
import pytest
from sklearn.model_selection import GridSearchCV, cross_val_predict

from flows.search import limit_threads
from flows.tracking.runs import _point_label
from flows.training.candidates import CANDIDATE_SPECS, Candidate
from flows.training.features import feature_columns, model_inputs
from flows.training.metrics import FEATURES, TARGET
from flows.training.model_selection import select_best_candidate
from flows.training.training_data import Grid, TrainingConfig

FEW: Grid = {"n_estimators": [3, 5], "max_depth": [None, 2]}


def days(rows: int, *, stairs: bool = False, seed: int = 0) -> pl.DataFrame:
    """Days whose codes add up, or (`stairs`) matter only together with one another."""
    rng = np.random.default_rng(seed)
    day, season, holiday = rng.integers(1, 8, rows), rng.integers(1, 5, rows), rng.integers(0, 2, rows)
    level = 900 * ((day + season) % 2) * holiday if stairs else 300 * (day % 3) + 80 * season + 200 * holiday
    sales = np.rint(2000 + level + rng.normal(0, 60, rows)).astype(int)
    table = pl.DataFrame({"DayOfWeek": day, "Season": season, "Holiday": holiday, "Sales": sales})
    return table.with_columns(Date=pl.date(2024, 1, 1) + pl.duration(days=pl.int_range(rows)))


@pytest.mark.parametrize("name", ["linear", "boosting"])
@pytest.mark.parametrize("date_features", [False, True])
def test_a_rival_scores_as_grid_search_does(name: Candidate, date_features: bool) -> None:
    rows = days(120)
    features, sales = model_inputs(rows, feature_columns(date_features=date_features)), rows[TARGET].to_pandas()
    found = select_best_candidate(features, sales, TrainingConfig({}, 7, [name]))
    make, grid = CANDIDATE_SPECS[name]
    step = make(7).steps[-1][0]
    steps = {f"{step}__{parameter}": list(values) for parameter, values in grid.items()}
    with limit_threads(len(rows)):
        plain = GridSearchCV(make(7), steps, cv=5, scoring="neg_mean_squared_error").fit(features, sales)
        out_of_fold = cross_val_predict(plain.best_estimator_, features, sales, cv=5)
        np.testing.assert_array_equal(found.model.predict(features), plain.predict(features))
    for fold in range(5):
        np.testing.assert_array_equal(found.table[f"fold_{fold + 1}"], plain.cv_results_[f"split{fold}_test_score"])
    assert {f"{step}__{k}": v for k, v in found.best_params.items()} == plain.best_params_
    np.testing.assert_array_equal(found.out_of_fold, out_of_fold)


@pytest.mark.parametrize(("stairs", "winner"), [(False, "linear"), (True, "forest")])
def test_the_best_of_all_points_wins_wherever_it_stands(stairs: bool, winner: str) -> None:
    rows = days(240, stairs=stairs)
    variables: list[float] = []
    config = TrainingConfig(FEW, 1, ["forest", "linear", "linear"])
    found = select_best_candidate(
        model_inputs(rows, FEATURES), rows[TARGET].to_pandas(), config, lambda share, _: variables.append(share)
    )
    table = found.table
    assert found.candidate == winner
    assert list(table["candidate"]) == ["forest"] * 4 + ["linear"] * 3
    best = table.loc[found.best_index]
    assert (best["rank"], best["mean"]) == (1, found.best_score)
    assert best["mean"] == table["mean"].max()
    assert {name: best[f"param_{name}"] for name in found.best_params} == found.best_params
    assert variables == sorted(variables)
    assert variables[-1] == 1.0


def test_a_label_names_a_points_own_parameters_and_no_others() -> None:
    rows = days(60)
    table = select_best_candidate(
        model_inputs(rows, FEATURES),
        rows[TARGET].to_pandas(),
        TrainingConfig({"max_depth": [None]}, 1, ["forest", "linear"]),
    ).table
    labels = [_point_label(row) for row in table.to_dict("records")]
    assert labels == ["forest, max_depth=None", "linear, alpha=0.1", "linear, alpha=1.0", "linear, alpha=10.0"]


def test_the_forest_competes_alone_unless_others_are_named() -> None:
    rows = days(60)
    found = select_best_candidate(
        model_inputs(rows, FEATURES), rows[TARGET].to_pandas(), TrainingConfig({"n_estimators": [2]})
    )
    assert set(found.table["candidate"]) == {"forest"}
    assert set(found.best_params) == {"n_estimators"}
