"""The distinct texts of dates and codes, which are few however long the file is. Knows no meaning."""

from collections.abc import Sequence

import polars as pl

from flows.data.reading import numbers

# cuts the time of day off behind the hour, so that there are few spellings of a date
_DATE_LENGTH = 14


def keyed(texts: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """The texts with a column `key <name>` for the date and each code."""
    named = {f"key {name}": pl.col(name) for name in columns if name != "Sales"}
    return texts.with_columns(**named | {"key Date": pl.col("Date").str.slice(0, _DATE_LENGTH)})


def keys_of(columns: Sequence[str]) -> list[str]:
    """Names of the key columns."""
    return [f"key {name}" for name in columns if name != "Sales"]


def spellings_of(texts: pl.LazyFrame, columns: Sequence[str]) -> pl.DataFrame:
    """One row a distinct combination of keys: `n` rows, the first `row`, and the tallies of `numerals`."""
    keys = keys_of(columns)
    grouped = keyed(texts, columns).with_columns(says=numbers.says(pl.col("Sales"))).group_by(keys)
    tallies = {name: (pl.col("says") == place).sum().cast(pl.Int64) for place, name in enumerate(numbers.SAYS)}
    return grouped.agg(n=pl.len().cast(pl.Int64), row=pl.col("row").min(), **tallies).collect(engine="streaming")
