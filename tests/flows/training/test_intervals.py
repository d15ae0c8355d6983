"""Conformal intervals: their rank by hand, and their coverage on new data."""

import numpy as np
import pytest

from flows.training.intervals import coverage, half_width, weekday_offsets


def test_the_rank_is_that_of_split_conformal() -> None:
    residuals = np.arange(1.0, 20.0)
    # ceil(20 * 0.9) = 18th smallest of 19
    assert half_width(residuals, 0.9) == 18


def test_too_few_residuals_give_no_finite_width() -> None:
    assert np.isinf(half_width(np.ones(8), 0.9))
    assert half_width(np.ones(9), 0.9) == 1


def test_a_thin_weekday_takes_the_width_of_all_days() -> None:
    weekdays = np.array([1] * 50 + [2])
    residuals = np.append(np.linspace(-1, 1, 50), 0.0)
    offsets, everywhere = weekday_offsets(weekdays, residuals), half_width(residuals, 0.9)
    assert offsets["2"] == offsets["7"] == [-everywhere, everywhere]


@pytest.mark.parametrize("seed", range(3))
def test_intervals_cover_new_days_as_often_as_they_say(seed: int) -> None:
    rng = np.random.default_rng(seed)
    weekdays = np.tile(np.arange(1, 8), 300)
    spread = 50.0 * weekdays
    offsets = weekday_offsets(weekdays, rng.normal(0, spread))
    assert coverage(weekdays, rng.normal(0, spread), offsets) == pytest.approx(0.9, abs=0.03)
    assert offsets["7"][1] > 3 * offsets["1"][1]
