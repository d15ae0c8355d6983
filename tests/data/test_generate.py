"""The committed sample is what the generator writes, has the API's calendar, and looks like a user's file."""

from datetime import date
from pathlib import Path

import polars as pl
import pytest

from data.generate import SAMPLE, main
from domain.calendar import CalendarRule, calendar_of

REAL = Path(__file__).parents[3] / "shared/data/steam_selling_games.csv"
CELL = ["DayOfWeek", "Season", "Holiday"]
SEASON_BY_MONTH = {12: 3, 1: 3, 2: 3, 3: 4, 4: 4, 5: 4, 6: 1, 7: 1, 8: 1, 9: 2, 10: 2, 11: 2}


@pytest.fixture(scope="module")
def sample() -> pl.DataFrame:
    return pl.read_csv(SAMPLE, try_parse_dates=True)


def weekday_means(table: pl.DataFrame) -> list[float]:
    return table.group_by("DayOfWeek").agg(pl.col("Sales").mean()).sort("DayOfWeek")["Sales"].to_list()


def test_the_committed_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    main([str(tmp_path / "sample.csv")])
    assert (tmp_path / "sample.csv").read_bytes() == SAMPLE.read_bytes()


def test_two_years_without_a_gap_and_without_a_future(sample: pl.DataFrame) -> None:
    days = sample["Date"].to_list()
    assert (days[0], days[-1], len(days)) == (date(2024, 7, 1), date(2026, 6, 30), 730)
    assert sample["Date"].diff().drop_nulls().unique().dt.total_days().to_list() == [1]


def test_weekday_and_season_agree_with_the_date(sample: pl.DataFrame) -> None:
    assert sample["DayOfWeek"].to_list() == [day.isoweekday() for day in sample["Date"]]
    assert sample["Season"].to_list() == [SEASON_BY_MONTH[day.month] for day in sample["Date"]]


def test_holidays_are_every_sunday_and_some_working_days(sample: pl.DataFrame) -> None:
    on_sunday = sample.filter(pl.col("DayOfWeek") == 7)
    on_other_days = sample.filter((pl.col("DayOfWeek") != 7) & (pl.col("Holiday") == 1))["Date"].to_list()
    assert on_sunday["Holiday"].to_list() == [1] * 104
    assert {date(2024, 11, 28), date(2024, 12, 25), date(2025, 7, 4), date(2026, 1, 1)} <= set(on_other_days)
    assert len(on_other_days) == 22


def test_the_api_derives_the_same_codes_from_the_same_dates(sample: pl.DataFrame) -> None:
    codes = calendar_of(CalendarRule()).codes_of
    assert sample.select(CELL).rows() == [codes(day) for day in sample["Date"]]


def test_sales_are_of_the_asked_size_and_spread(sample: pl.DataFrame) -> None:
    means = weekday_means(sample)
    season_means: list[float] = sample.group_by("Season").agg(pl.col("Sales").mean())["Sales"].to_list()
    residuals = sample.select(pl.col("Sales") - pl.col("Sales").mean().over(CELL))["Sales"].to_numpy()
    spread = float((residuals**2).sum() / (sample.height - sample.n_unique(CELL))) ** 0.5
    assert min(sample["Sales"].to_list()) > 0
    assert means == sorted(means)
    assert (means[0], means[-1]) == pytest.approx((1400, 4200), abs=50)
    assert spread == pytest.approx(117, abs=3)
    assert 0 < max(season_means) - min(season_means) < 117


@pytest.mark.skipif(not REAL.exists(), reason="the real file is not beside this clone")
def test_shape_and_order_of_size_are_those_of_the_real_file(sample: pl.DataFrame) -> None:
    real = pl.read_csv(REAL, try_parse_dates=True)
    assert sample.schema == real.schema
    assert weekday_means(sample) == pytest.approx(weekday_means(real), rel=0.1)
