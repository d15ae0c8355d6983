"""Builds one row a day, with codes, from a data version: what a model predicts when it is watched. Knows frames."""

from datetime import date

import polars as pl

from domain.calendar import CalendarFit, calendar_of, in_force
from flows.training.metrics import FEATURES, TARGET


def coded_days(days: pl.DataFrame, split_rows: pl.DataFrame, calendar: CalendarFit | None) -> pl.DataFrame:
    """Return `days` (`Date`, `Sales`) sorted, with the three codes: the data's own, else those of its calendar.

    `split_rows` are train and test rows with codes; a day may be in neither, as an outlier is.
    """
    known = split_rows.select("Date", *FEATURES).unique("Date", keep="first", maintain_order=True)
    joined = days.select("Date", TARGET).sort("Date").join(known, on="Date", how="left", maintain_order="left")
    derived = calendar_codes(joined["Date"].to_list(), calendar)
    filled = [pl.coalesce(pl.col(name), derived[name].cast(pl.Int64)).alias(name) for name in FEATURES]
    return joined.with_columns(filled).select("Date", *FEATURES, TARGET)


def calendar_codes(days: list[date], calendar: CalendarFit | None) -> pl.DataFrame:
    """Return the three codes of each day by the calendar that the API answers a `Date` by."""
    codes_of = calendar_of(in_force(calendar).rule).codes_of
    return pl.DataFrame([codes_of(day) for day in days], schema=FEATURES, orient="row")


def count_code_mismatches(days: pl.DataFrame, calendar: CalendarFit | None) -> int:
    """Count the days whose codes are not the calendar's."""
    derived = calendar_codes(days["Date"].to_list(), calendar)
    return (
        int((days.select(FEATURES).cast(pl.Int64) != derived.cast(pl.Int64)).sum_horizontal().cast(bool).sum())
        if len(days)
        else 0
    )
