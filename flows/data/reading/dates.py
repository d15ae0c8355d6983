"""Dates as people write them: which order of day and month a file uses, and the expression that reads it.

A time of day and a time zone are cut off: the date is the local day as it is written.
"""

from dataclasses import dataclass

import polars as pl

from flows.data.errors import DataError
from flows.data.options import DateOrder

# an hour, and what follows it, or a zone; a second date, as in a week's range, is neither
_ZONE = r" *(?:[Zz]|UTC|GMT|\+[0-9]{2}.*|-[0-9]{2}:.*)"
_TIME = f"(?:[Tt ]+[0-9]{{1,2}}(?:[: ].*)?|[Tt][0-9]{{4}}.*|{_ZONE})?"
_ISO = rf"^([0-9]{{4}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{1,2}}){_TIME}$"
_COMPACT = rf"^([0-9]{{4}})([0-9]{{2}})([0-9]{{2}}){_TIME}$"
_NUMERIC = rf"^([0-9]{{1,2}})[-/.]([0-9]{{1,2}})[-/.]([0-9]{{4}}){_TIME}$"
_LAST_MONTH = 12
SERIAL = r"^[0-9]{5}(?:[.,][0-9]+)?$"


@dataclass(frozen=True)
class Order:
    """Rows by what they say of the order; `example`, first met in `row`, is a date such as 03/04/2024."""

    dated: int
    numeric: int
    day_first: int
    month_first: int
    row: int | None
    example: str | None


def order_of(spellings: pl.DataFrame) -> Order:
    """What the dates of a file say; `spellings` has `key Date`, `n` and `row`."""
    text, rows = pl.col("key Date"), pl.col("n")
    first, second = (text.str.extract(_NUMERIC, group).cast(pl.Int8) for group in (1, 2))
    numeric, late_first, late_second = first.is_not_null(), first > _LAST_MONTH, second > _LAST_MONTH
    found = spellings.sort("row").select(
        rows.filter(text.is_not_null()).sum().alias("dated"),
        rows.filter(numeric).sum().alias("numeric"),
        rows.filter(late_first & ~late_second).sum().alias("day_first"),
        rows.filter(late_second & ~late_first).sum().alias("month_first"),
        pl.col("row").filter(numeric).first(),
        text.filter(numeric).first().alias("example"),
    )
    return Order(**found.row(0, named=True))


def is_day_first(found: Order, asked: DateOrder, tolerated: float) -> bool:
    """Whether 03/04/2024 is the 3rd of April. `tolerated` is the share of such dates that may be otherwise.

    Raises:
        DataError: the file has such dates, and they do not decide it.
    """
    if asked != "auto" or not found.numeric:
        return asked != "month_first"
    if min(found.day_first, found.month_first) > tolerated * found.numeric:
        raise DataError(
            f"Date: {found.day_first:,} rows can only have the day first and {found.month_first:,} only the month "
            f"first (row {found.row} has {found.example!r}): write them in one order, or set date_order."
        )
    if found.day_first == found.month_first:
        raise DataError(
            f"Date: nothing in the file tells day from month in dates such as {found.example!r} in row {found.row}: "
            "set date_order to day_first or month_first."
        )
    return found.day_first > found.month_first


def parse(text: pl.Expr, day_first: bool) -> pl.Expr:
    """The date of a stripped text; null where it is none."""
    iso = text.str.replace(_NUMERIC, "${3}-${2}-${1}" if day_first else "${3}-${1}-${2}")
    for pattern in (_ISO, _COMPACT):
        iso = iso.str.replace(pattern, "${1}-${2}-${3}")
    return iso.str.to_date("%Y-%m-%d", strict=False)


def describe(found: Order, day_first: bool) -> str:
    """The date format in a word or two, for the report."""
    if not found.numeric:
        return "ISO"
    order = "d/m/Y" if day_first else "m/d/Y"
    return order if found.numeric == found.dated else f"ISO and {order}"
