"""What is unusual for its own kind of day and its own time; and what stays though it is."""

import math
from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.data import Options, Report, prepare
from flows.data.cleaning.by_kind import DayTable, find_unusual

FIRST = date(2022, 1, 3)
WEEK = (1.0, 0.9, 0.9, 1.0, 1.2, 1.8, 1.7)


def levels(number: int, level: float = 300, seed: int = 1) -> np.ndarray:
    """Sales of a shop with a week, and 5 % of noise."""
    week = np.array([WEEK[n % 7] for n in range(number)])
    return level * week * np.random.default_rng(seed).normal(1, 0.05, number)


def table(sales: np.ndarray, holidays: Iterable[int] = (), tests: Iterable[int] = ()) -> DayTable:
    """The days of an array, from a Monday on."""
    number = np.arange(len(sales))
    special, held_out = np.isin(number, list(holidays)), np.isin(number, list(tests))
    return DayTable(number, sales, (number % 7) * 2 + special, special, ~held_out)


def removed(days: DayTable) -> list[int]:
    found = find_unusual(days)
    return [int(day) for day in np.flatnonzero(found.unusual & (found.reason == "") & days.learned)]


def reasons(days: DayTable) -> dict[int, str]:
    found = find_unusual(days)
    return {int(day): str(found.reason[day]) for day in np.flatnonzero(found.unusual)}


@settings(deadline=None, max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    level=st.sampled_from([2.0, 20.0, 300.0, 50_000.0]),
    shape=st.sampled_from(["flat", "decays", "grows", "steps", "yearly"]),
    closed=st.booleans(),
    whole=st.booleans(),
)
def test_an_ordinary_shop_loses_at_most_one_day(seed: int, level: float, shape: str, closed: bool, whole: bool) -> None:
    assert len(removed(table(shop(seed, level, shape, closed=closed, whole=whole)))) <= 1


@pytest.mark.parametrize("closed", [False, True])
@pytest.mark.parametrize("level", [2.0, 20.0, 300.0, 50_000.0])
@pytest.mark.parametrize("shape", ["flat", "decays", "grows", "steps", "yearly"])
def test_of_ten_ordinary_shops_none_loses_a_day(level: float, shape: str, closed: bool) -> None:
    shops = [shop(seed, level, shape, closed=closed, whole=False) for seed in range(10)]
    assert [removed(table(sales)) for sales in shops] == [[]] * 10


def shop(seed: int, level: float, shape: str, *, closed: bool, whole: bool) -> np.ndarray:
    """500 days of sales without anything unusual."""
    time = np.arange(500)
    factor = {
        "flat": np.ones(500),
        "decays": 0.2 + 4 * np.exp(-time / 60),
        "grows": 1 + time / 100,
        "steps": np.where(time < 250, 1.0, 0.25),
        "yearly": 1 + 0.5 * np.sin(time / 365 * 2 * math.pi),
    }[shape]
    rng = np.random.default_rng(seed)
    sales = levels(500, level, seed) * factor
    sales = rng.poisson(np.maximum(sales, 0)).astype(float) if whole or level < 100 else sales
    if closed:
        sales[6::7] = 0.0  # Sundays
    return np.asarray(sales)


@pytest.mark.parametrize("factor", [100.0, 10.0, 0.01])
@pytest.mark.parametrize("place", [3, 200, 401])
def test_a_single_wild_day_goes(factor: float, place: int) -> None:
    sales = levels(450)
    sales[place] *= factor
    assert removed(table(sales)) == [place]


def test_a_wild_day_of_the_test_set_stays_there() -> None:
    sales = levels(450)
    sales[[100, 200]] *= 50
    assert removed(table(sales, tests=[200, 300])) == [100]


def test_a_sale_event_of_some_days_stays() -> None:
    sales = levels(450)
    sales[150:157] *= 5
    found = reasons(table(sales))
    assert set(found.values()) == {"event"}
    assert set(found) <= set(range(150, 157))
    assert len(found) > 4


def test_an_event_counts_its_days_of_the_test_set_too() -> None:
    sales = levels(450)
    sales[[150, 151]] *= 5
    assert removed(table(sales, tests=[151])) == []


def test_the_same_days_of_two_years_stay() -> None:
    sales = levels(900)
    sales[[200, 200 + 367]] *= 6
    assert reasons(table(sales)) == {200: "recurring", 567: "recurring"}


def test_a_monthly_event_stays() -> None:
    sales = levels(450)
    sales[[30, 60, 91, 121]] *= 4
    assert set(reasons(table(sales)).values()) == {"recurring"}


def test_holidays_stay_and_teach_nothing_of_ordinary_days() -> None:
    sales = levels(450)
    holidays = [20, 90, 190, 290, 355]
    sales[holidays] += 900
    assert reasons(table(sales, holidays)) == dict.fromkeys(holidays, "holiday")


def test_the_newest_weeks_stay() -> None:
    sales = levels(450)
    sales[440] *= 20
    assert reasons(table(sales)) == {440: "newest"}


def written(sales: np.ndarray, folder: Path, **options: object) -> Report:
    """Run the data step on a file of these Sales."""
    days = [FIRST + timedelta(days=n) for n in range(len(sales))]
    rows = [
        (day, day.isoweekday(), (day.month // 3 + 2) % 4 + 1, 0, float(s)) for day, s in zip(days, sales, strict=True)
    ]
    frame = pl.DataFrame(rows, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")
    frame.write_csv(folder / "source.csv")
    (folder / "out").mkdir(exist_ok=True)
    return prepare(folder / "source.csv", folder / "out", Options.model_validate(options))


def test_the_report_counts_what_went_by_kind_and_what_stayed_by_reason(tmp_path: Path) -> None:
    sales = levels(450)
    sales[150:157] *= 5
    wild = next(n for n in range(40, 400) if n not in range(140, 170) and _is_train(sales, n, tmp_path))
    sales[wild] *= 30
    report = written(sales, tmp_path)
    day = FIRST + timedelta(days=wild)
    assert (report.outliers.removed, report.outliers.removed_days) == (1, (str(day),))
    assert report.outliers.removed_by_kind == {f"{day:%A}": 1}
    assert report.outliers.unusual_kept.keys() == {"event"}
    codes = {warning.code: warning for warning in report.warnings}
    assert str(day) in codes["outliers_removed"].examples
    assert "several in a row" in codes["unusual_days_kept"].message


def _is_train(sales: np.ndarray, number: int, folder: Path) -> bool:
    written(sales, folder)
    train = pl.read_csv(folder / "out" / "train.csv", try_parse_dates=True)["Date"]
    return FIRST + timedelta(days=number) in train.to_list()


def test_inputs_that_only_an_outlier_had_are_counted_as_unseen(tmp_path: Path) -> None:
    sales = levels(450)
    none = {warning.code: warning.count for warning in written(sales, tmp_path, outliers="none").warnings}
    iqr = written(np.where(np.arange(450) % 7 == 5, 90_000.0, sales), tmp_path, outliers="iqr", max_outliers=1.0)
    assert iqr.outliers.removed_by_kind.keys() == {"Saturday"}
    assert {warning.code: warning.count for warning in iqr.warnings}["unseen_inputs"] == none["unseen_inputs"] + 4
