"""Scores, references and the paired bootstrap, against values worked out by hand or by scikit-learn."""

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import mean_absolute_error, mean_squared_error, r2_score

from flows.training.metrics import bootstrap_confidence, group_means, naive_scores, score

RNG = np.random.default_rng(1)
ACTUAL = RNG.normal(2000, 500, 200)
NEAR = ACTUAL + RNG.normal(0, 50, 200)
FAR = ACTUAL + RNG.normal(0, 300, 200)


def test_scores_are_those_of_scikit_learn() -> None:
    found = score(ACTUAL, FAR)
    assert found.mse == pytest.approx(mean_squared_error(ACTUAL, FAR), rel=1e-12)
    assert found.rmse == pytest.approx(found.mse**0.5)
    assert found.mae == pytest.approx(mean_absolute_error(ACTUAL, FAR), rel=1e-12)
    assert found.r2 == pytest.approx(r2_score(ACTUAL, FAR), rel=1e-12)


def test_r2_of_a_constant_target_is_not_a_number() -> None:
    assert np.isnan(score(np.ones(3), np.zeros(3)).r2)


def test_group_means_fall_back_to_the_mean_of_all() -> None:
    train = pd.DataFrame({"DayOfWeek": [1, 1, 2], "Season": 1, "Holiday": 0, "Sales": [10, 30, 50]})
    test = pd.DataFrame({"DayOfWeek": [2, 1, 7], "Season": 1, "Holiday": 0, "Sales": [1, 1, 1]})
    assert group_means(train, test, ["DayOfWeek"]).tolist() == [50, 20, 30]
    assert set(naive_scores(train, test)) == {"weekday mean", "cell mean"}


def test_confidence_is_high_for_a_clear_winner_and_low_the_other_way() -> None:
    assert bootstrap_confidence(ACTUAL, champion=FAR, challenger=NEAR) > 0.99
    assert bootstrap_confidence(ACTUAL, champion=NEAR, challenger=FAR) < 0.01


def test_confidence_is_nothing_for_equal_models() -> None:
    assert bootstrap_confidence(ACTUAL, NEAR, NEAR) == 0
