"""The IQR rule on Sales, learned on train and applied to train only. Knows no split and no file."""

from dataclasses import replace
from typing import Any

import polars as pl

from flows.data.cells import all_whole, sales_range
from flows.data.cleaning.quantiles import quantiles
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reporting.report import Outlier, Outliers
from flows.data.splitting.split import Sides

LISTED = 50


def inside(found: Outliers) -> pl.Expr:
    """Rows that stay in train."""
    return pl.col("Sales").is_between(found.lower, found.upper)


def without_outliers(sides: Sides, found: Outliers) -> Sides:
    """The sides with the outliers left out of train."""
    # nothing to leave out is the usual case, and a filter is still a pass over the rows
    return replace(sides, train=sides.train.filter(inside(found))) if found.removed else sides


def find_outliers(sides: Sides, cells: pl.DataFrame, options: Options) -> Outliers:
    """Tukey's fences: `iqr_factor` times the range between the quartiles of train, beyond them.

    `cells` are those of all rows.

    Raises:
        DataError: more than `max_outliers` of train lie outside.
    """
    low, high = sales_range(cells)
    q1, q3 = quantiles(sides.train, "Sales", (low, high), (0.25, 0.75), all_whole(cells))
    reach = options.iqr_factor * (q3 - q1)
    limits = {"q1": q1, "q3": q3, "lower": q1 - reach, "upper": q3 + reach}
    none = Outliers(**limits, removed=0, share=0.0)
    if none.lower <= low and high <= none.upper:
        return none
    found = _outside(sides, none)
    if found.share > options.max_outliers:
        raise DataError(_too_many(found, options))
    return found


def _outside(sides: Sides, limits: Outliers) -> Outliers:
    outside = sides.train.filter(~inside(limits))
    count, listed = pl.collect_all([outside.select(pl.len()), outside.head(LISTED)], engine="streaming")
    removed = count.item()
    rows = tuple(_listed(row) for row in listed.iter_rows(named=True))
    return limits.model_copy(update={"removed": removed, "share": removed / sides.train_rows, "listed": rows})


def _listed(row: dict[str, Any]) -> Outlier:
    return Outlier(row=row["row"], date=str(row["Date"]), sales=row["Sales"])


def _too_many(found: Outliers, options: Options) -> str:
    first = found.listed[0]
    # a factor of nothing is nothing
    keep = (
        f"raise iqr_factor, now {options.iqr_factor:g}" if found.q1 < found.q3 else "give more days, so that Sales vary"
    )
    where = f"row {first.row}, {first.date}" if first.row else first.date
    return (
        f"Sales: {found.removed:,} rows of train ({found.share:.1%}) lie outside {found.lower:,.6g} to "
        f"{found.upper:,.6g}, such as {first.sales:,.6g} ({where}): if they are true, {keep}, "
        f"or to remove them raise max_outliers, now {options.max_outliers:g}."
    )
