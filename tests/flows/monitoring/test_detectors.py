"""The detectors against their reference implementation, and against simulated changes."""

from typing import Any

import numpy as np
import pytest
from river.drift import PageHinkley

from flows.monitoring.detectors import LEVEL_LIMITS, Limits, martingale, page_hinkley, page_hinkley_sums


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("shift", [0.0, 1.0, -2.5])
def test_sums_pass_the_limit_on_the_day_on_which_river_detects_a_drift(seed: int, shift: float) -> None:
    values = np.random.default_rng(seed).normal(size=200)
    values[120:] += shift
    river: Any = PageHinkley(min_instances=1, delta=0.5, threshold=10.0, alpha=1.0, mode="both")
    found = None
    for day, value in enumerate(values):
        river.update(float(value))
        if river.drift_detected:
            found = day
            break
    above = np.flatnonzero(page_hinkley_sums(values, 0.5) > 10.0)
    assert (int(above[0]) if len(above) else None) == found


def test_rows_are_followed_independently() -> None:
    values = np.random.default_rng(1).normal(size=(3, 50))
    together = page_hinkley_sums(values, 0.3)
    assert np.array_equal(together, np.stack([page_hinkley_sums(row, 0.3) for row in values]))


def test_the_reference_raises_no_alarm() -> None:
    reference = np.concatenate([np.zeros(50), np.full(50, 5.0)])
    assert page_hinkley(reference, np.array([]), Limits(0.5, 10.0)).first_alarm is None


def test_a_lasting_rise_is_found_and_a_single_day_is_not() -> None:
    generator = np.random.default_rng(7)
    reference, new = generator.normal(size=110), generator.normal(size=60)
    spike, rise = new.copy(), new.copy()
    spike[20] += 6
    rise[20:] += 2.5
    assert page_hinkley(reference, spike, LEVEL_LIMITS).first_alarm is None
    assert 20 < (page_hinkley(reference, rise, LEVEL_LIMITS).first_alarm or 0) < 32


def test_the_martingale_is_the_same_each_time_and_grows_with_a_change() -> None:
    generator = np.random.default_rng(3)
    reference, new = generator.normal(size=110), generator.normal(size=120)
    assert np.array_equal(martingale(reference, new).sums, martingale(reference, new).sums)
    assert martingale(reference, new).first_alarm is None
    assert martingale(reference, new + 2.5).first_alarm is not None


def test_no_new_days_are_no_alarm() -> None:
    assert martingale(np.zeros(40), np.array([])).first_alarm is None
