"""Writes the texts of a table as numbers of its distinct texts, which are few however long the file is.

One join with what the distinct texts mean then reads all rows, instead of a pattern for each row. Knows no meaning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from domain.dialect.layout import Layout
from flows.data.reading.raw_text import MORE, Texts
from flows.data.table import evaluate

# the distinct texts of Sales stay in memory: a column of amounts in cents may have as many as rows
SALES_SAMPLE_ROWS = 500_000
MAX_DISTINCT_SHARE = 0.3
_NO_CUT = 1 << 16


@dataclass(frozen=True)
class EncodedTexts:
    """The texts of a table, as they stand in the file.

    `rows` has `row`, `key <name>` for the date and each code, `text` of Sales, and `more`. `keys` has each
    combination of keys with `n` rows, the first `row` and the `last` one, and the rows with `more` fields than the
    header. `sales` has each `text`, `n` and the first `row`; None if they are too many, and then `rows` has the texts
    themselves.
    """

    rows: pl.LazyFrame
    keys: pl.DataFrame
    sales: pl.DataFrame | None


def keys_of(columns: Sequence[str]) -> list[str]:
    """Names of the key columns."""
    return [f"key {name}" for name in columns if name != "Sales"]


def encode(
    texts: Texts, columns: Sequence[str], layout: Layout, folder: Path | None, *, is_large: bool
) -> EncodedTexts:
    """The texts of the columns; in memory without a `folder`. If it `is_large`, those of Sales only if they are few."""
    has_many = is_large and _has_many_sales(texts)
    as_text = {"Sales"} if has_many else set[str]()
    keys = [pl.col(name).alias(f"key {name}") for name in columns if name != "Sales"]
    if layout.columns.has_clock:
        as_text.add("Date")
        keys[0] = _without_clock("Date").cast(pl.Categorical(pl.Categories.random())).alias("key Date")
    # the rows are counted again, which is cheaper than to store their numbers
    encoded = evaluate(texts(as_text).select(*keys, pl.col("Sales").alias("text"), MORE), folder, "texts")
    rows = encoded.with_row_index("row", offset=layout.first_row)
    row = pl.col("row")
    counts = {"n": pl.len().cast(pl.Int64), "row": row.min()}
    distinct = rows.group_by(keys_of(columns)).agg(**counts, last=row.max(), more=pl.col(MORE).count())
    amounts = None if has_many else rows.group_by("text").agg(**counts).collect(engine="streaming")
    return EncodedTexts(rows, distinct.collect(engine="streaming"), amounts)


def _without_clock(date: str) -> pl.Expr:
    """A text up to its first colon: the time of day behind the hour would make another text of each row."""
    text = pl.col(date)
    return text.str.slice(0, pl.coalesce(text.str.find(":", literal=True) + 1, pl.lit(_NO_CUT, pl.UInt32)))


def _has_many_sales(texts: Texts) -> bool:
    head = texts({"Sales"}).select("Sales").head(SALES_SAMPLE_ROWS).collect(engine="streaming")["Sales"]
    return head.len() == SALES_SAMPLE_ROWS and head.n_unique() > MAX_DISTINCT_SHARE * head.len()
