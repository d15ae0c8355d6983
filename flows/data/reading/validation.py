"""Says what is wrong with a value, in one word. Knows the ranges of values and what people put in tables, no file."""

import polars as pl

from domain.dialect.cells import MISSING
from domain.dialect.date_patterns import SERIAL
from domain.dialect.numbers import PERCENTAGE
from flows.data.options import Options

CODE_RANGES = {"DayOfWeek": (1, 7), "Season": (1, 4), "Holiday": (0, 1)}
MAX_SALES = 1e12
_UNREAD = {"Date": "not_a_date", "Sales": "not_a_number"}
_TOTAL = r"(?i)^(?:(?:grand\s+|sub\s*)?total(?:e?s)?|sum[ae]?)\b"


def is_missing(text: pl.Expr) -> pl.Expr:
    """Whether a stripped text stands for nothing."""
    return text.is_null() | text.is_in(MISSING)


def fault_of(column: str, text: pl.Expr, options: Options) -> pl.Expr:
    """The first fault of a column's value, read from the stripped `text`; null if it has none."""
    value = pl.col(column)
    unread = [pl.when(is_missing(text)).then(pl.lit("missing"))]
    if column == "Date":
        unread.append(pl.when(value.is_null() & text.str.contains(SERIAL)).then(pl.lit("excel_serial")))
    if column == "Sales":
        unread.append(pl.when(text.str.contains(PERCENTAGE)).then(pl.lit("percentage")))
    unread.append(pl.when(value.is_null()).then(pl.lit(_UNREAD.get(column, "not_a_code"))))
    return pl.coalesce(*unread, *(_of_days(options) if column == "Date" else [_out_of_range(column)]))


def _of_days(options: Options) -> list[pl.Expr]:
    faults: list[pl.Expr] = [pl.when(pl.col("Date") < options.earliest).then(pl.lit("too_early"))]
    if options.today:
        faults.append(pl.when(pl.col("Date") > options.today).then(pl.lit("in_future")))
    return faults


def _out_of_range(column: str) -> pl.Expr:
    return pl.when(~is_in_range(column)).then(pl.lit("out_of_range"))


def is_in_range(column: str) -> pl.Expr:
    """Whether the value of a code or of Sales is possible."""
    value = pl.col(column)
    if column == "Sales":
        return value.is_between(-MAX_SALES, MAX_SALES)
    return value.is_between(*CODE_RANGES[column])


def fault_of_row(texts: list[pl.Expr], date_header: str) -> pl.Expr:
    """Why a row is no row at all: a total, or the header once more; the first of `texts` is that of the date."""
    total = pl.any_horizontal(text.str.contains(_TOTAL) for text in texts)
    return (
        pl.when(total).then(pl.lit("total_row"))
        .when(texts[0] == date_header).then(pl.lit("header_again"))
    )  # fmt: skip
