"""What each spelling of a date and its codes stands for, and what is wrong with it. A small table, in memory."""

from collections.abc import Sequence

import polars as pl

from domain.dialect.vocabulary import code_of
from flows.data.derive import from_date
from flows.data.options import Options
from flows.data.reading import dates
from flows.data.reading.distinct_values import keys_of
from flows.data.reading.interpretation import Meaning
from flows.data.reading.validation import fault_of, fault_of_row, is_missing
from flows.data.schema import INPUTS


def dictionary(meaning: Meaning, columns: Sequence[str], date_header: str, options: Options) -> pl.DataFrame:
    """The keys, the four values, a `<column> fault` for each, `row fault`, and `empty` if all keys are missing."""
    keys = keys_of(columns)
    inputs = [name for name in INPUTS if name in columns]
    codes = [_codes(meaning.spellings[f"key {name}"], name, options.weekday_base) for name in inputs]
    values = meaning.spellings.select(*keys, dates.parse(pl.col("key Date"), meaning.day_first).alias("Date"), *codes)
    derived = from_date(options.hemisphere) if options.derive_from_date else []
    named = ["Date", *inputs]
    return values.with_columns(derived).with_columns(
        *(fault_of(name, pl.col(f"key {name}"), options).alias(f"{name} fault") for name in named),
        fault_of_row([pl.col(key) for key in keys], date_header).alias("row fault"),
        pl.all_horizontal(is_missing(pl.col(key)) for key in keys).alias("empty"),
    )


def _codes(texts: pl.Series, column: str, weekday_base: int) -> pl.Series:
    read = {text: code_of(column, text, weekday_base) for text in texts.unique() if text is not None}
    return texts.replace_strict(read, default=None, return_dtype=pl.Int8).alias(column)
