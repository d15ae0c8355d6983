"""Weekday and season of a date, by the calendar; the year is cut on the 1st of March, June, September, December."""

import polars as pl

from domain.calendar.rule import Hemisphere

DERIVED = ("DayOfWeek", "Season")


def from_date(hemisphere: Hemisphere | None) -> list[pl.Expr]:
    """`DayOfWeek` (1 = Monday) and `Season` (1 = summer) as expressions on `Date`."""
    quarter = pl.col("Date").dt.month() // 3 % 4
    return [
        pl.col("Date").dt.weekday().alias("DayOfWeek"),
        ((quarter + (0 if hemisphere == "south" else 2)) % 4 + 1).cast(pl.Int8).alias("Season"),
    ]
