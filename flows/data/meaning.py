"""How the texts of one file are to be understood: found by looking at all of it once, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from . import dates, numerals
from .numerals import Mark
from .options import Options
from .schema import INPUTS
from .words import code_of


@dataclass(frozen=True)
class Meaning:
    """`codes` maps, by column, each text that stands for a code to it; `rows` counts blank ones too."""

    rows: int
    day_first: bool
    date_format: str
    mark: Mark
    codes: dict[str, dict[str, int]]


def understand(texts: pl.LazyFrame, columns: Sequence[str], separator: str, options: Options) -> Meaning:
    """What decides the dates, numbers and codes of a file; `separator` is empty for Parquet.

    Raises:
        DataError: the file does not decide it; the message names the option that does.
    """
    inputs = [name for name in INPUTS if name in columns]
    queries = [
        texts.select(pl.len(), pl.col("Date").count().alias("dates")),
        texts.select(dates.evidence(pl.col("Date"))),
        texts.select(numerals.evidence(pl.col("Sales"))),
        *(texts.select(pl.col(name).drop_nulls().unique()) for name in inputs),
    ]
    counts, date, number, *distinct = pl.collect_all(queries, engine="streaming")
    rows, dated = counts.row(0)
    found = dates.DateEvidence(**date.row(0, named=True))
    day_first = dates.is_day_first(found, options.date_order, options.max_bad_rows)
    mark = _mark(numerals.NumberEvidence(**number.row(0, named=True)), separator, options)
    codes = {
        name: _codes(name, texts[name], options.weekday_base) for name, texts in zip(inputs, distinct, strict=True)
    }
    return Meaning(rows, day_first, dates.describe(found, day_first, dated), mark, codes)


def _mark(found: numerals.NumberEvidence, separator: str, options: Options) -> Mark:
    if not separator:
        return "point"  # as polars writes the numbers of a Parquet file
    return numerals.decimal_mark(found, options.decimal, separator, options.max_bad_rows)


def _codes(column: str, texts: pl.Series, weekday_base: int) -> dict[str, int]:
    read = {text: code_of(column, text, weekday_base) for text in texts}
    return {text: code for text, code in read.items() if code is not None}
