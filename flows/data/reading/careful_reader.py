"""The careful way to read any file: each value of each row is understood, or named as a fault."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.data.cells import cells_of
from flows.data.options import Options
from flows.data.reading import numbers
from flows.data.reading.distinct_values import keyed, keys_of
from flows.data.reading.interpretation import Meaning
from flows.data.reading.raw_text import MORE
from flows.data.reading.validation import fault_of, is_missing
from flows.data.table import ROW_SCHEMA, ParsedTable, spool


def read_messy(
    texts: pl.LazyFrame, columns: Sequence[str], meaning: Meaning, known: pl.DataFrame, scratch: Path, options: Options
) -> ParsedTable:
    """The rows of `texts` whose every value is understood and in range, and the faults of the others.

    `known` is the dictionary of `meaning`.
    """
    read = _read(texts, columns, meaning, known)
    spooled = spool(_judged(read, columns, options), scratch / "rows.parquet")
    good = pl.all_horizontal(_fault(name).is_null() for name in columns)
    rows = spooled.filter(good).select(ROW_SCHEMA)
    count, bad = spooled.select(pl.len(), (~good).sum().alias("bad")).collect(engine="streaming").row(0)
    faults = _faults(spooled.filter(~good), columns)
    return ParsedTable(rows, cells_of(rows), faults, rows_read=count, rows_bad=bad, rows_blank=meaning.rows - count)


def _read(texts: pl.LazyFrame, columns: Sequence[str], meaning: Meaning, known: pl.DataFrame) -> pl.LazyFrame:
    named = keyed(texts, columns).rename({name: f"{name} text" for name in columns})
    sales = _text("Sales")
    joined = named.join(known.lazy(), on=keys_of(columns), how="left", nulls_equal=True, maintain_order="left")
    blank = pl.col("empty") & is_missing(sales) & is_missing(pl.col(MORE))
    return joined.filter(~blank).with_columns(numbers.parse(sales, meaning.mark).alias("Sales"))


def _judged(read: pl.LazyFrame, columns: Sequence[str], options: Options) -> pl.LazyFrame:
    more = pl.when(~is_missing(pl.col(MORE))).then(pl.lit("too_many_fields"))
    of_row = pl.coalesce("row fault", more)
    own: dict[str, pl.Expr] = {name: _fault(name) for name in columns} | {
        "Sales": fault_of("Sales", _text("Sales"), options)
    }
    # a fault of the whole row stands once, under Date
    shown: dict[str, pl.Expr] = {name: pl.when(of_row.is_null()).then(fault) for name, fault in own.items()}
    shown["Date"] = pl.coalesce(of_row, own["Date"])
    judged = read.with_columns(**{f"{name} fault": fault for name, fault in shown.items()})
    texts = [pl.when(_fault(name).is_not_null()).then(_text(name)).alias(f"{name} text") for name in columns]
    return judged.select(*ROW_SCHEMA, *(_fault(name) for name in columns), *texts)


def _text(column: str) -> pl.Expr:
    return pl.col(f"{column} text")


def _fault(column: str) -> pl.Expr:
    return pl.col(f"{column} fault")


def _faults(bad: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    each = [
        pl.struct(pl.lit(name).alias("column"), _text(name).alias("value"), _fault(name).alias("reason"))
        for name in columns
    ]
    listed = bad.select("row", pl.concat_list(each).alias("fault")).explode("fault").unnest("fault")
    return listed.filter(pl.col("reason").is_not_null())
