"""The IQR rule on Sales, as the earlier system had it: limits from train, rows of train outside them are left out."""

from math import ceil

import polars as pl

from flows.data.cells import all_whole, sales_range
from flows.data.cleaning.quantiles import quantiles
from flows.data.options import Options
from flows.data.reporting.report import IqrLimits
from flows.data.splitting.split import Split

MAX_FACTOR = 1e6


def find_limits(split: Split, cells: pl.DataFrame, options: Options) -> IqrLimits:
    """Return Tukey's fences: `iqr_factor` times the range between the quartiles of train; `cells` are of all rows."""
    q1, q3 = quantiles(split.train, "Sales", sales_range(cells), (0.25, 0.75), all_whole(cells))
    reach = options.iqr_factor * (q3 - q1)
    return IqrLimits(q1=q1, q3=q3, lower=q1 - reach, upper=q3 + reach)


def inside(limits: IqrLimits) -> pl.Expr:
    """Select the rows that stay in train."""
    return pl.col("Sales").is_between(limits.lower, limits.upper)


def may_be_outside(cells: pl.DataFrame, limits: IqrLimits) -> bool:
    """Return whether any Sales lie outside; else a second pass over the rows can be left out."""
    low, high = sales_range(cells)
    return not (limits.lower <= low and high <= limits.upper)


def enough_factor(split: Split, limits: IqrLimits, options: Options) -> float | None:
    """Return the least `iqr_factor`, to a tenth, that leaves no more than `max_outliers` outside; None if none does."""
    width = limits.q3 - limits.q1
    if not width:
        return None
    sales = split.train.filter(~inside(limits)).select(pl.col("Sales").cast(pl.Float64))
    distance = pl.max_horizontal(limits.q1 - pl.col("Sales"), pl.col("Sales") - limits.q3) / width
    distances = sales.select(distance.sort(descending=True)).collect(engine="streaming").to_series()
    factor = ceil(distances[int(options.max_outliers * split.train_rows)] * 10) / 10
    return factor if factor <= MAX_FACTOR else None
