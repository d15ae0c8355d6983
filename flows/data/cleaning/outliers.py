"""Which rows of train are left out as outliers, by the rule that the options name. Knows no file."""

from collections import Counter
from dataclasses import replace
from math import ceil

import polars as pl

from flows.data.cells import cells_of, days_of
from flows.data.cleaning.by_kind import DayTable, find_unusual
from flows.data.cleaning.iqr import enough_factor, find_limits, inside, may_be_outside
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reporting.report import Outlier, Outliers
from flows.data.splitting.split import Split

MAX_LISTED = 50
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MIN_LEARNED_DAYS = 14
"""Of fewer days nobody can say what is usual."""
USUAL_HOLIDAY_SHARE = 0.5
"""A holiday is special if fewer days of its weekday are holidays: not so a Sunday, where all Sundays are."""


def find_outliers(split: Split, cells: pl.DataFrame, options: Options) -> Outliers:
    """Return what is to be left out of train; `cells` are those of all rows.

    Raises:
        DataError: more than `max_outliers` of train would be; names values that work.
    """
    if options.outliers == "none":
        return Outliers(rule="none")
    return _by_iqr(split, cells, options) if options.outliers == "iqr" else _by_kind(split, cells, options)


def without_outliers(split: Split, found: Outliers) -> Split:
    """Return the split with the outliers left out of train."""
    # usually nothing is left out, and a filter is still a pass over the rows
    if not found.removed:
        return split
    train = split.train.filter(~_outside(found))
    return replace(split, train=train, train_cells=cells_of(train), train_rows=split.train_rows - found.removed)


def _outside(found: Outliers) -> pl.Expr:
    if found.limits:
        return ~inside(found.limits)
    days = pl.Series(found.removed_days, dtype=pl.String).str.to_date("%Y-%m-%d")
    return pl.col("Date").is_in(days.implode())


def _by_iqr(split: Split, cells: pl.DataFrame, options: Options) -> Outliers:
    limits = find_limits(split, cells, options)
    found = Outliers(rule="iqr", limits=limits)
    if not may_be_outside(cells, limits):
        return found
    found = _counted(split, found)
    if found.share > options.max_outliers:
        enough = enough_factor(split, limits, options)
        cure = f"set {f'iqr_factor to {enough:g}, or ' if enough else ''}outliers to by_kind or none"
        raise DataError(_too_many(found, f"lie outside {limits.lower:,.6g} to {limits.upper:,.6g}", cure, options))
    return found


def _by_kind(split: Split, cells: pl.DataFrame, options: Options) -> Outliers:
    table = _day_table(split, cells)
    if int((table.learned & ~table.special).sum()) < MIN_LEARNED_DAYS:
        return Outliers(rule="by_kind")
    unusual, reason = find_unusual(table)
    unusual &= table.learned
    kept = Counter(str(name) for name in reason[unusual] if name)
    gone = days_of(cells).filter(pl.Series(unusual & (reason == "")))
    found = Outliers(rule="by_kind", removed_days=tuple(map(str, gone)), unusual_kept=dict(kept))
    found = _counted(split, found) if gone.len() else found
    if found.share > options.max_outliers:
        raise DataError(_too_many(found, "are unusual for their kind of day", "set outliers to none", options))
    return found


def _counted(split: Split, found: Outliers) -> Outliers:
    """Count and list the rows of train that go."""
    gone = split.train.filter(_outside(found))
    by_kind = gone.group_by("DayOfWeek", "Holiday").len().sort("DayOfWeek", "Holiday")
    counts, listed = pl.collect_all([by_kind, gone.head(MAX_LISTED)], engine="streaming")
    removed = int(counts["len"].sum())
    told: dict[str, object] = {
        "removed": removed,
        "share": removed / split.train_rows,
        "removed_by_kind": {_kind(weekday, holiday): rows for weekday, holiday, rows in counts.iter_rows()},
        "listed": tuple(
            Outlier(row=row["row"], date=str(row["Date"]), sales=row["Sales"]) for row in listed.iter_rows(named=True)
        ),
    }
    return found.model_copy(update=told)


def _day_table(split: Split, cells: pl.DataFrame) -> DayTable:
    """Each day with its mean Sales and its most frequent kind."""
    holiday = pl.col("Holiday") == 1
    days = (
        cells.sort("n", descending=True)
        .group_by("Date")
        .agg(pl.col("DayOfWeek", "Holiday").first(), sales=pl.col("total").sum() / pl.col("n").sum())
        .sort("Date")
        .with_columns(by_rule=holiday.mean().over("DayOfWeek") >= USUAL_HOLIDAY_SHARE)
    )
    learned = days["Date"].is_in(split.train_cells["Date"].unique().implode())
    return DayTable(
        day=days["Date"].to_physical().cast(pl.Int64).to_numpy(),
        sales=days["sales"].to_numpy(),
        kind=days.select((pl.col("DayOfWeek") * 2 + pl.col("Holiday")).cast(pl.Int64)).to_series().to_numpy(),
        special=days.select(holiday & ~pl.col("by_rule")).to_series().to_numpy(),
        learned=learned.to_numpy(),
    )


def _kind(weekday: int, holiday: int) -> str:
    return f"{_WEEKDAYS[weekday - 1]}{', holiday' if holiday else ''}"


def _too_many(found: Outliers, what: str, cure: str, options: Options) -> str:
    first = found.listed[0]
    where = f"row {first.row}, {first.date}" if first.row else first.date
    enough = ceil(found.share * 1000) / 1000
    return (
        f"Sales: {found.removed:,} rows of train ({found.share:.1%}) {what}, such as {first.sales:,.6g} ({where}): "
        f"if they are true, {cure}; to leave them out, set max_outliers to {enough:g}, now {options.max_outliers:g}."
    )
