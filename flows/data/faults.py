"""What is wrong with a row, in one word a column; knows the schema's rules, no file."""

from collections.abc import Sequence

import polars as pl

from .dates import SERIAL
from .options import Options
from .schema import Day

# rules of the schema, in the words of the quarantine file
_RULES = {
    "min": "out_of_range", "max": "out_of_range", "min_exclusive": "not_positive",
    "inf": "not_a_number", "nan": "not_a_number",
}  # fmt: skip
_UNREAD = {"Date": "not_a_date", "Sales": "not_a_number"}
_TOTAL = r"(?i)^(?:grand\s+|sub\s*)?total(?:e?s)?\b|^sum[ae]?\b"


def text_of(column: str) -> pl.Expr:
    """The text that a column was read from."""
    return pl.col(f"{column} text")


def fault_of(column: str, options: Options, whole_row: pl.Expr) -> pl.Expr:
    """The first fault of a column, null if it has none; a fault of the whole row stands under `Date` alone."""
    own = pl.coalesce([*_unread(column), *_of_range(column, options), *_of_schema(column)])
    row_is_fine = pl.when(whole_row.is_null()).then(own)
    return (pl.coalesce([whole_row, row_is_fine]) if column == "Date" else row_is_fine).alias(f"{column} fault")


def whole_row_fault(columns: Sequence[str], header: dict[str, str]) -> pl.Expr:
    """Faults that make a row no row at all: a total, the header once more, more fields than the header has."""
    total = pl.any_horizontal(text_of(name).str.contains(_TOTAL) for name in columns)
    again = text_of("Date") == header["Date"].strip()
    more = text_of("more").is_not_null()
    return (
        pl.when(total).then(pl.lit("total_row"))
        .when(again).then(pl.lit("header_again"))
        .when(more).then(pl.lit("too_many_fields"))
    )  # fmt: skip


def _unread(column: str) -> list[pl.Expr]:
    text, value = text_of(column), pl.col(column)
    unread = [pl.when(text.is_null()).then(pl.lit("missing"))]
    if column == "Date":
        unread.append(pl.when(value.is_null() & text.str.contains(SERIAL)).then(pl.lit("excel_serial")))
    return [*unread, pl.when(value.is_null()).then(pl.lit(_UNREAD.get(column, "not_a_code")))]


def _of_range(column: str, options: Options) -> list[pl.Expr]:
    if column != "Date":
        return []
    faults: list[pl.Expr] = [pl.when(pl.col("Date") < options.earliest).then(pl.lit("too_early"))]
    if options.today:
        faults.append(pl.when(pl.col("Date") > options.today).then(pl.lit("in_future")))
    return faults


def _of_schema(column: str) -> list[pl.Expr]:
    rules = Day.columns()[column].validation_rules(pl.col(column))
    return [pl.when(~rule).then(pl.lit(_RULES[name])) for name, rule in rules.items() if name != "nullability"]
