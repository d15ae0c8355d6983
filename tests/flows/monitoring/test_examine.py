"""What is said of the champion after days that went as before, and after days that did not."""

from datetime import date, timedelta

import numpy as np
import pytest

from flows.monitoring.examine import examine
from flows.monitoring.residuals import describe

FIRST = date(2026, 7, 1)
SPREAD = 117.0


def days(count: int) -> list[date]:
    return [FIRST + timedelta(days=day) for day in range(count)]


@pytest.fixture
def generator() -> np.random.Generator:
    return np.random.default_rng(11)


def test_unchanged_days_are_quiet(generator: np.random.Generator) -> None:
    found = examine(generator.normal(0, SPREAD, 110), days(60), generator.normal(0, SPREAD, 60))
    assert (found.status, found.change, found.since, found.raised_on) == ("quiet", "none", None, None)
    assert found.level_share < 1
    assert found.noise_share < 1


@pytest.mark.parametrize(("shift", "change"), [(290.0, "rise"), (-290.0, "fall")])
def test_a_changed_level_is_an_alarm_that_says_since_when(
    generator: np.random.Generator, shift: float, change: str
) -> None:
    new = generator.normal(0, SPREAD, 60)
    new[30:] += shift
    found = examine(generator.normal(0, SPREAD, 110), days(60), new)
    assert (found.status, found.change) == ("alarm", change)
    assert found.since is not None
    assert abs((found.since - days(60)[30]).days) <= 2
    assert found.raised_on is not None
    assert days(60)[30] < found.raised_on <= days(60)[45]
    assert found.shift == pytest.approx(shift, abs=3 * SPREAD / 30**0.5)


def test_a_change_on_the_first_new_day_is_dated_there(generator: np.random.Generator) -> None:
    found = examine(generator.normal(0, SPREAD, 110), days(20), generator.normal(290, SPREAD, 20))
    assert found.since is not None
    assert FIRST <= found.since <= FIRST + timedelta(days=2)


def test_more_noise_is_an_alarm_of_its_own(generator: np.random.Generator) -> None:
    found = examine(generator.normal(0, SPREAD, 110), days(120), generator.normal(0, 1.8 * SPREAD, 120))
    assert (found.status, found.change) == ("alarm", "noise")


def test_the_unit_of_sales_changes_nothing(generator: np.random.Generator) -> None:
    reference, new = generator.normal(0, SPREAD, 110), generator.normal(150, SPREAD, 40)
    small, large = (examine(factor * reference, days(40), factor * new) for factor in (0.01, 1000.0))
    assert (small.status, small.raised_on, small.since) == (large.status, large.raised_on, large.since)


@pytest.mark.parametrize("reference", [np.zeros(110), np.array([1.0, 2.0])])
def test_without_a_reference_nothing_is_claimed(reference: np.ndarray) -> None:
    found = examine(reference, days(3), np.array([1.0, 2.0, 3.0]))
    assert found.status == "unknown"
    assert found.reason


def test_correlated_days_are_measured(generator: np.random.Generator) -> None:
    steps = generator.normal(size=5_000)
    for day in range(1, len(steps)):
        steps[day] += 0.3 * steps[day - 1]
    assert describe(steps).autocorrelation == pytest.approx(0.3, abs=0.05)
