"""Writes the sample `steam_selling_games.csv`: knows calendar and noise, nothing of flows, service or webapp.

The sales are invented. Shape, columns and order of size are those of the files users bring; no row is.
Run `python -m data.generate [PATH]`; without PATH it writes the file committed beside this module.
"""

import sys
from datetime import date
from pathlib import Path

import holidays
import numpy as np
import polars as pl

FIRST_DAY = date(2024, 7, 1)
LAST_DAY = date(2026, 6, 30)
COUNTRY = "US"
SEED = 42
SAMPLE = Path(__file__).with_name("steam_selling_games.csv")

WEEKDAY_SALES = {1: 1400, 2: 2000, 3: 2550, 4: 3050, 5: 3500, 6: 4000, 7: 4200}
SEASON_SALES = {1: -20, 2: -5, 3: 25, 4: 0}
SUNDAY = 7
PUBLIC_HOLIDAY_SALES = 250  # only Monday to Saturday: a Sunday sells like a Sunday either way
SPREAD = 117.0


def season_of(month: int) -> int:
    """Season of a month 1 to 12 in the north: 1 = summer, 2 = autumn, 3 = winter, 4 = spring.

    Seasons turn on the 1st of March, June, September and December.
    """
    return (month // 3 - 2) % 4 + 1


def calendar(first: date, last: date, country: str) -> pl.DataFrame:
    """One row a day, both ends included: `Date`, `DayOfWeek` (ISO), `Season`, `Holiday` (0 or 1).

    A holiday is a Sunday or a public holiday of `country` (ISO 3166 code), by the library `holidays`.
    """
    days = pl.date_range(first, last, interval="1d", eager=True).to_list()
    public = holidays.country_holidays(country, years=range(first.year, last.year + 1))
    return pl.DataFrame(
        {
            "Date": days,
            "DayOfWeek": [day.isoweekday() for day in days],
            "Season": [season_of(day.month) for day in days],
            "Holiday": [int(day.isoweekday() == SUNDAY or day in public) for day in days],
        }
    )


def expected_sales() -> pl.Expr:
    """Mean units sold on a day of the calendar, before noise."""
    weekday = pl.col("DayOfWeek")
    lift = (pl.col("Holiday") == 1) & (weekday < SUNDAY)
    return (
        weekday.replace_strict(WEEKDAY_SALES)
        + pl.col("Season").replace_strict(SEASON_SALES)
        + lift.cast(pl.Int64) * PUBLIC_HOLIDAY_SALES
    )


def sample(seed: int = SEED) -> pl.DataFrame:
    """The whole sample: the calendar and `Sales` in units, normal around `expected_sales` with `SPREAD`."""
    days = calendar(FIRST_DAY, LAST_DAY, COUNTRY)
    # RandomState, not default_rng: only its stream is frozen across numpy releases (NEP 19).
    noise = np.random.RandomState(seed).normal(0.0, SPREAD, days.height)
    return days.with_columns(Sales=(expected_sales() + pl.Series(noise)).round().cast(pl.Int64))


def main(arguments: list[str]) -> None:
    """Write the sample to the first argument, or over the committed file."""
    sample().write_csv(Path(arguments[0]) if arguments else SAMPLE)


if __name__ == "__main__":
    main(sys.argv[1:])
