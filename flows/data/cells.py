"""Sums a table up by its distinct days and inputs, so that 50 million rows need not be held. Knows no file."""

import polars as pl

from flows.data.schema import INPUTS

KEYS = ("Date", *INPUTS)


def cells_of(rows: pl.LazyFrame) -> pl.DataFrame:
    """Return one row a distinct `Date` with those of the inputs that `rows` have, sorted.

    Of each: `n` rows, `low`, `high` and `total` of Sales, if a value is missing (`empty`), if all are `whole`.
    """
    sales, schema = pl.col("Sales"), rows.collect_schema()
    keys = [name for name in KEYS if name in schema]
    whole = pl.lit(True) if schema["Sales"].is_integer() else (sales == sales.floor()).all()
    return (
        rows.group_by(keys)
        .agg(
            n=pl.len().cast(pl.Int64),
            low=sales.min().cast(pl.Float64),
            high=sales.max().cast(pl.Float64),
            total=sales.sum().cast(pl.Float64),
            empty=sales.null_count() > 0,
            whole=whole,
        )
        .sort(keys)
        .collect(engine="streaming")
    )


def days_of(cells: pl.DataFrame) -> pl.Series:
    """Return the distinct days, sorted."""
    return cells["Date"].unique().sort()


def sales_range(cells: pl.DataFrame) -> tuple[float, float]:
    """Return the lowest and the highest Sales."""
    return cells.select(pl.col("low").min(), pl.col("high").max()).row(0)


def all_whole(cells: pl.DataFrame) -> bool:
    """Return whether all Sales are integers."""
    return bool(cells["whole"].all())
