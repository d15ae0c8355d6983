"""Collects the distinct texts of a table, which are few however long the file is. Knows no meaning.

One join with what they mean then reads all rows, instead of a pattern for each row.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from flows.data.reading.raw_text import MORE

# the distinct texts of Sales stay in memory: a column of amounts in cents may have as many as rows
SALES_SAMPLE_ROWS = 500_000
MAX_DISTINCT_SHARE = 0.3


@dataclass(frozen=True)
class DistinctTexts:
    """The distinct texts of a table, as they stand in the file.

    `keys` has `key <name>` for the date and each code, and for each combination `n` rows, the first `row` and the
    `last` one, and the rows with `more` fields than the header. `sales` has `text`, `n` and the first `row`; None
    if they are too many. With `has_clock`, the key of the date ends at the first colon.
    """

    keys: pl.DataFrame
    sales: pl.DataFrame | None
    has_clock: bool


def keys_of(columns: Sequence[str]) -> list[str]:
    """Names of the key columns."""
    return [f"key {name}" for name in columns if name != "Sales"]


def with_keys(texts: pl.LazyFrame, columns: Sequence[str], *, has_clock: bool) -> pl.LazyFrame:
    """The texts with the date and the codes named as keys; the time of day behind the hour is cut off."""
    date = pl.col("Date")
    if has_clock:
        date = date.str.slice(0, pl.coalesce(date.str.find(":", literal=True) + 1, pl.lit(1 << 16, pl.UInt32)))
    keys = {f"key {name}": date if name == "Date" else pl.col(name) for name in columns if name != "Sales"}
    return texts.select("row", "Sales", MORE, **keys)


def distinct_texts(texts: pl.LazyFrame, columns: Sequence[str], *, has_clock: bool, is_large: bool) -> DistinctTexts:
    """The distinct texts of the columns. Of a table that `is_large`, those of Sales only if they are few."""
    keyed = with_keys(texts, columns, has_clock=has_clock)
    row = pl.col("row")
    counts = {"n": pl.len().cast(pl.Int64), "row": row.min(), "last": row.max(), MORE: pl.col(MORE).count()}
    grouped = keyed.group_by(keys_of(columns)).agg(**counts)
    if is_large and _has_many_sales(texts):
        return DistinctTexts(grouped.collect(engine="streaming"), None, has_clock)
    sales = keyed.group_by(text="Sales").agg(n=counts["n"], row=counts["row"])
    keys, amounts = pl.collect_all([grouped, sales], engine="streaming")
    return DistinctTexts(keys, amounts, has_clock)


def _has_many_sales(texts: pl.LazyFrame) -> bool:
    head = texts.select("Sales").head(SALES_SAMPLE_ROWS).collect(engine="streaming")["Sales"]
    return head.len() == SALES_SAMPLE_ROWS and head.n_unique() > MAX_DISTINCT_SHARE * head.len()
