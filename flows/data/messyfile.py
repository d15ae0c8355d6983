"""The careful way to read any file: each value of each row is understood, or named as a fault."""

from pathlib import Path

import polars as pl

from . import dates, numerals
from .cells import cells_of
from .derive import from_date
from .faults import fault_of, text_of, whole_row_fault
from .meaning import Meaning
from .options import Options
from .rawtext import MORE
from .schema import COLUMNS
from .table import ROW_SCHEMA, Clean, spool

_SPOOL = "rows.parquet"


def read_messy(texts: pl.LazyFrame, meaning: Meaning, header: dict[str, str], scratch: Path, options: Options) -> Clean:
    """The rows of `texts` whose every value is understood and in range, and the faults of the others.

    `header` maps our names to the file's.
    """
    columns = [name for name in COLUMNS if name in texts.collect_schema()]
    blank = pl.all_horizontal(pl.col(name).is_null() for name in columns)
    judged = _judge(_values(texts.filter(~blank), columns, meaning, options), columns, header, options)
    spooled = spool(judged, scratch / _SPOOL)
    good = pl.all_horizontal(_fault(name).is_null() for name in columns)
    rows = spooled.filter(good).select(ROW_SCHEMA)
    read, bad = spooled.select(pl.len(), (~good).sum()).collect(engine="streaming").row(0)
    faults = _faults(spooled.filter(~good), columns)
    return Clean(rows, cells_of(rows), faults, read=read, bad=bad, blank=meaning.rows - read)


def _values(texts: pl.LazyFrame, columns: list[str], meaning: Meaning, options: Options) -> pl.LazyFrame:
    read = {
        "Date": dates.parse(text_of("Date"), meaning.day_first),
        "Sales": numerals.parse(text_of("Sales"), meaning.mark),
        **{name: _code(name, codes) for name, codes in meaning.codes.items()},
    }
    named = texts.rename({name: f"{name} text" for name in [*columns, MORE]})
    derived = from_date(options.hemisphere) if options.derive_from_date else []
    return named.with_columns(**read).with_columns(derived)


def _code(column: str, codes: dict[str, int]) -> pl.Expr:
    read = [
        pl.when(text_of(column).is_in([text for text in codes if codes[text] == code])).then(pl.lit(code, pl.Int8))
        for code in sorted(set(codes.values()))
    ]
    return pl.coalesce(*read, pl.lit(None, pl.Int8))


def _judge(values: pl.LazyFrame, columns: list[str], header: dict[str, str], options: Options) -> pl.LazyFrame:
    whole_row = pl.col("whole row")
    judged = values.with_columns(whole_row_fault(columns, header).alias("whole row")).with_columns(
        fault_of(name, options, whole_row).alias(f"{name} fault") for name in columns
    )
    faulty = [pl.when(_fault(name).is_not_null()).then(text_of(name)).alias(f"{name} text") for name in columns]
    return judged.select(*ROW_SCHEMA, *(_fault(name) for name in columns), *faulty)


def _fault(column: str) -> pl.Expr:
    return pl.col(f"{column} fault")


def _faults(bad: pl.LazyFrame, columns: list[str]) -> pl.LazyFrame:
    each = [
        pl.struct(pl.lit(name).alias("column"), text_of(name).alias("value"), _fault(name).alias("reason"))
        for name in columns
    ]
    listed = bad.select("row", pl.concat_list(each).alias("fault")).explode("fault").unnest("fault")
    return listed.filter(pl.col("reason").is_not_null())
