"""Weekday and season of a date, by the calendar; the year is cut on the 1st of March, June, September, December."""

import polars as pl

from flows.data.options import Hemisphere

DERIVED = ("DayOfWeek", "Season")


def from_date(hemisphere: Hemisphere) -> list[pl.Expr]:
    """`DayOfWeek` (1 = Monday) and `Season` (1 = summer) as expressions on `Date`."""
    quarter = pl.col("Date").dt.month() // 3 % 4
    return [
        pl.col("Date").dt.weekday().alias("DayOfWeek"),
        ((quarter + (2 if hemisphere == "north" else 0)) % 4 + 1).cast(pl.Int8).alias("Season"),
    ]
