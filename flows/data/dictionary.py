"""What each spelling of a date and its codes stands for, and what is wrong with it. A small table, in memory."""

from collections.abc import Sequence

import polars as pl

from . import dates
from .derive import from_date
from .faults import fault_of, fault_of_row, is_missing
from .meaning import Meaning
from .options import Options
from .schema import INPUTS
from .spellings import keys_of
from .words import code_of


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
