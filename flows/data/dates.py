"""Dates as people write them: which order of day and month a file uses, and the expression that reads it.

A time of day and a time zone are cut off: the date is the local day as it is written.
"""

from dataclasses import dataclass

import polars as pl

from .errors import DataError
from .options import DateOrder

_TIME = r"(?:[T ]+[0-9]{1,2}:[0-9]{2}.*)?"
_ISO = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}$"
_COMPACT = r"^([0-9]{4})([0-9]{2})([0-9]{2})$"
_NUMERIC = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}}){_TIME}$"
_LAST_MONTH = 12
SERIAL = r"^[0-9]{5}(?:[.,][0-9]+)?$"


@dataclass(frozen=True)
class DateEvidence:
    """Rows by what they say of the order; `example` is a date such as 03/04/2024, in row `row`."""

    numeric: int
    day_first: int
    month_first: int
    row: int | None
    example: str | None


def evidence(text: pl.Expr) -> list[pl.Expr]:
    """One value for each field of `DateEvidence`; `text` is stripped, rows are numbered by `row`."""
    first, second = (text.str.extract(_NUMERIC, group).cast(pl.Int8) for group in (1, 2))
    late_first, late_second = first > _LAST_MONTH, second > _LAST_MONTH
    return [
        first.count().alias("numeric"),
        (late_first & ~late_second).sum().alias("day_first"),
        (late_second & ~late_first).sum().alias("month_first"),
        pl.col("row").filter(first.is_not_null()).min().alias("row"),
        text.filter(first.is_not_null()).first().alias("example"),
    ]


def is_day_first(found: DateEvidence, order: DateOrder, tolerated: float) -> bool:
    """Whether 03/04/2024 is the 3rd of April. `tolerated` is the share of dates that may be in the other order.

    Raises:
        DataError: the file has such dates, and they do not decide it.
    """
    if order != "auto" or not found.numeric:
        return order != "month_first"
    fewer, more = sorted((found.day_first, found.month_first))
    if fewer > tolerated * found.numeric:
        raise DataError(
            f"Date: {found.day_first} rows have the day first and {found.month_first} the month first, "
            f"as in row {found.row} ({found.example!r}): write all of them in one order, or set date_order."
        )
    if fewer == more:
        raise DataError(
            f"Date: nothing in the file tells day from month in dates such as {found.example!r} in row {found.row}: "
            "set date_order to day_first or month_first."
        )
    return found.day_first > found.month_first


def parse(text: pl.Expr, day_first: bool) -> pl.Expr:
    """The date of a stripped text; null where it is none."""
    numeric = "${3}-${2}-${1}" if day_first else "${3}-${1}-${2}"
    iso = text.str.replace(_NUMERIC, numeric)
    for pattern in (_ISO, _COMPACT):
        iso = iso.str.replace(pattern, "${1}-${2}-${3}")
    return iso.str.to_date("%Y-%m-%d", strict=False)


def describe(found: DateEvidence, day_first: bool, rows: int) -> str:
    """The date format in a word or two, for the report."""
    order = "d/m/Y" if day_first else "m/d/Y"
    if not found.numeric:
        return "ISO"
    return order if found.numeric == rows else f"ISO and {order}"
