from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.model_selection import train_test_split

from flows.data.splitting.assignment import chronological_cut, random_split, stable_test_days

DAYS = st.sets(st.dates(date(1990, 1, 1), date(2060, 1, 1)), min_size=1, max_size=200)
SIZES = st.floats(0.05, 0.95)


@given(rows=st.integers(30, 3000), size=SIZES, seed=st.integers(0, 2**32 - 1))
def test_random_is_scikit_learns(rows: int, size: float, seed: int) -> None:
    train, test = random_split(np.arange(rows), size, seed)
    expected_train, expected_test = train_test_split(np.arange(rows), test_size=size, random_state=seed)
    assert train.tolist() == expected_train.tolist()
    assert test.tolist() == expected_test.tolist()


@given(before=DAYS, later=DAYS, size=SIZES, seed=st.integers(0, 100))
def test_a_day_never_changes_side_as_data_grows(before: set[date], later: set[date], size: float, seed: int) -> None:
    grown = stable_test_days(before | later, size, seed)
    assert stable_test_days(before, size, seed) == grown & before


@pytest.mark.parametrize("year", range(1990, 2060))
def test_a_year_is_cut_within_a_point(year: int) -> None:
    days = [date(year, 1, 1) + timedelta(n) for n in range(365)]
    assert len(stable_test_days(days, 0.3, 42)) / 365 == pytest.approx(0.3, abs=0.01)


@pytest.mark.parametrize("closed", range(7))
def test_every_weekday_has_its_share(closed: int) -> None:
    weeks = [
        date(2020, 1, 1) + timedelta(n) for n in range(700) if (date(2020, 1, 1) + timedelta(n)).weekday() == closed
    ]
    assert len(stable_test_days(weeks, 0.3, 42)) == pytest.approx(30, abs=3)


def test_the_sides_of_days_are_those_of_every_earlier_version() -> None:
    january = [date(2024, 1, 1) + timedelta(n) for n in range(31)]
    assert sorted(day.day for day in stable_test_days(january, 0.3, 42)) == [5, 6, 9, 10, 18, 19, 22, 24]


def test_another_seed_is_another_split() -> None:
    year = [date(2024, 1, 1) + timedelta(n) for n in range(365)]
    assert stable_test_days(year, 0.3, 1) != stable_test_days(year, 0.3, 2)


@given(days=DAYS, size=SIZES)
def test_chronological_takes_the_last_days(days: set[date], size: float) -> None:
    cut = chronological_cut(days, size)
    later = {day for day in days if day >= cut}
    assert len(later) - 1 < size * len(days) <= len(later)
