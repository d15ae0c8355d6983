"""What is wrong with a value, in one word; knows the schema's rules and what people put in tables, no file."""

import polars as pl

from flows.data.options import Options
from flows.data.reading.dates import SERIAL
from flows.data.schema import Day

MISSING = ("", ".", "-", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NaT", "null", "NULL", "None", "none")
# rules of the schema, in the words of the quarantine file
_RULES = {
    "min": "out_of_range", "max": "out_of_range", "min_exclusive": "not_positive",
    "inf": "not_a_number", "nan": "not_a_number",
}  # fmt: skip
_UNREAD = {"Date": "not_a_date", "Sales": "not_a_number"}
_TOTAL = r"(?i)^(?:(?:grand\s+|sub\s*)?total(?:e?s)?|sum[ae]?)\b"


def is_missing(text: pl.Expr) -> pl.Expr:
    """Whether a stripped text stands for nothing."""
    return text.is_null() | text.is_in(MISSING)


def fault_of(column: str, text: pl.Expr, options: Options) -> pl.Expr:
    """The first fault of a column's value, read from `text`; null if it has none."""
    unread = [pl.when(is_missing(text)).then(pl.lit("missing"))]
    if column == "Date":
        unread.append(pl.when(text.str.contains(SERIAL)).then(pl.lit("excel_serial")))
    unread.append(pl.when(pl.col(column).is_null()).then(pl.lit(_UNREAD.get(column, "not_a_code"))))
    return pl.coalesce(*unread, *_of_days(column, options), *_of_schema(column))


def _of_days(column: str, options: Options) -> list[pl.Expr]:
    if column != "Date":
        return []
    faults: list[pl.Expr] = [pl.when(pl.col("Date") < options.earliest).then(pl.lit("too_early"))]
    if options.today:
        faults.append(pl.when(pl.col("Date") > options.today).then(pl.lit("in_future")))
    return faults


def _of_schema(column: str) -> list[pl.Expr]:
    rules = Day.columns()[column].validation_rules(pl.col(column))
    return [pl.when(~rule).then(pl.lit(_RULES[name])) for name, rule in rules.items() if name in _RULES]


def fault_of_row(texts: list[pl.Expr], date_header: str) -> pl.Expr:
    """Why a row is no row at all: a total, or the header once more; the first of `texts` is that of the date."""
    total = pl.any_horizontal(text.str.contains(_TOTAL) for text in texts)
    return (
        pl.when(total).then(pl.lit("total_row"))
        .when(texts[0] == date_header.strip()).then(pl.lit("header_again"))
    )  # fmt: skip
