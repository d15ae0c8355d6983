"""Writes train, test and the figure of each day as CSV. Knows columns and folders, no rule."""

from datetime import date, timedelta
from pathlib import Path

import polars as pl

from flows.data.cells import all_whole, days_of
from flows.data.schema import INPUTS
from flows.data.splitting.split import Split

_EPOCH = date(1970, 1, 1)


def write_split(split: Split, cells: pl.DataFrame, out: Path) -> None:
    """Write `train.csv` and `test.csv` into `out`, their rows in order.

    Sales are written as integers where all of them are. Dates go through an Enum of the file's days,
    whose texts are copied instead of formatted: that halves the time.
    """
    days = days_of(cells)
    span = [str(days[0] + timedelta(n)) for n in range((days[-1] - days[0]).days + 1)]
    number = (pl.col("Date").to_physical() - (days[0] - _EPOCH).days).cast(pl.UInt32)
    columns = [number.cat.to(pl.Enum(span)), *INPUTS, _sales(cells)]
    named = {"train.csv": split.train, "test.csv": split.test}
    sinks = [rows.select(columns).sink_csv(out / name, lazy=True, quote_style="never") for name, rows in named.items()]
    pl.collect_all(sinks, engine="streaming")


def write_days(cells: pl.DataFrame, out: Path) -> None:
    """Write `days.csv` into `out`: `Date` and its total `Sales`, outliers among them."""
    days_with_sales(cells).write_csv(out / "days.csv")


def days_with_sales(cells: pl.DataFrame) -> pl.DataFrame:
    """Return `Date` and its total `Sales`, sorted."""
    days = cells.group_by("Date").agg(pl.col("total").sum().alias("Sales")).sort("Date")
    return days.with_columns(_sales(cells))


def _sales(cells: pl.DataFrame) -> pl.Expr:
    return pl.col("Sales").cast(pl.Int64 if all_whole(cells) else pl.Float64)
