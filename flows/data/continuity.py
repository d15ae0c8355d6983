"""A new table held against the current version: days that vanished, were restated, or stopped. Knows frames only."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reporting.report import Notice

MAX_EXAMPLES = 10
RECENT_DAYS = 28
USUAL_DAYS = 364
MIN_USUAL_DAYS = 28
FALLEN_SHARE = 0.5
STALE_DAYS = 7
SAME_SERIES_SHARE = 0.5
MIN_COMMON_DAYS = 7
TOLERANCE = 1e-6


@dataclass(frozen=True)
class EarlierVersion:
    """The version in use: its name, `Date` and `Sales` of its days, and whether it came from the same source.

    With `force`, lost days are no reason to refuse.
    """

    version: str
    days: pl.DataFrame
    same_source: bool
    force: bool = False


def compare_with_earlier(days: pl.DataFrame, earlier: EarlierVersion | None, options: Options) -> tuple[Notice, ...]:
    """Return what is worth a warning; `days` has `Date` and `Sales`, sorted.

    Raises:
        DataError: more than `max_lost_days` of the earlier version's days are missing from a table of the same series.
    """
    found = list(_fallen(days))
    if earlier is not None and not earlier.days.is_empty():
        common = earlier.days.join(days, on="Date", suffix=" now").sort("Date")
        restated = common.filter((pl.col("Sales") - pl.col("Sales now")).abs() > TOLERANCE)
        lost = earlier.days.join(days, on="Date", how="anti").sort("Date")
        if earlier.same_source or _is_same_series(common, restated):
            found += _lost(lost, days, earlier, options)
            found += _restated(restated, earlier)
        else:
            found += _another_series(lost, restated, earlier)
    return tuple(notice for notice in found if notice.count)


def compare_with_today(last: date, options: Options, now: datetime | None) -> tuple[Notice, ...]:
    """Return a warning if the newest day is old, or not over yet in `options.time_zone`; `now` has a time zone."""
    if now is None:
        return ()
    today = now.astimezone(ZoneInfo(options.time_zone)).date()
    age = (today - last) / timedelta(days=1)
    if age <= 0:
        message = f"The last day, {last}, is not over in {options.time_zone}: its Sales will still grow."
        return (_notice("last_day_not_over", 1, message, [last]),)
    if age > STALE_DAYS:
        message = f"The last day, {last}, was {age:.0f} days ago ({options.time_zone}): is the source still kept up?"
        return (_notice("last_day_is_old", int(age), message, [last]),)
    return ()


def _notice(code: str, count: int, message: str, examples: Iterable[object] = ()) -> Notice:
    return Notice(code=code, count=count, message=message, examples=tuple(map(str, examples)))


def _is_same_series(common: pl.DataFrame, restated: pl.DataFrame) -> bool:
    return common.height >= MIN_COMMON_DAYS and restated.height <= (1 - SAME_SERIES_SHARE) * common.height


def _lost(lost: pl.DataFrame, days: pl.DataFrame, earlier: EarlierVersion, options: Options) -> list[Notice]:
    message = (
        f"{lost.height:,} of the {earlier.days.height:,} days of the current version {earlier.version} are missing "
        f"from this table of {days.height:,} days"
    )
    if lost.height > options.max_lost_days * earlier.days.height and not earlier.force:
        share = f"more than max_lost_days, {options.max_lost_days:.0%}"
        raise DataError(
            f"Date: {message} (the first is {lost['Date'][0]}), {share}: give the whole table, or use force to take "
            "this one in its place."
        )
    return [_notice("lost_days", lost.height, f"{message}.", lost["Date"].head(MAX_EXAMPLES))]


def _restated(restated: pl.DataFrame, earlier: EarlierVersion) -> list[Notice]:
    message = f"{restated.height:,} days have other Sales than in the current version {earlier.version}."
    return [_notice("restated_days", restated.height, message, restated["Date"].head(MAX_EXAMPLES))]


def _another_series(lost: pl.DataFrame, restated: pl.DataFrame, earlier: EarlierVersion) -> list[Notice]:
    changed = lost.height + restated.height
    message = (
        f"This is another table than the current version {earlier.version}: {lost.height:,} of its "
        f"{earlier.days.height:,} days are missing and {restated.height:,} have other Sales."
    )
    return [_notice("another_series", changed, message)]


def _fallen(days: pl.DataFrame) -> list[Notice]:
    """The newest weeks against the year before them."""
    last = days["Date"][-1]
    recent = days.filter(pl.col("Date") > last - timedelta(days=RECENT_DAYS))["Sales"]
    before = days.filter(
        pl.col("Date").is_between(last - timedelta(days=RECENT_DAYS + USUAL_DAYS), last - timedelta(days=RECENT_DAYS))
    )["Sales"]
    usual = before.median()
    now = recent.median()
    if before.len() < MIN_USUAL_DAYS or not isinstance(usual, float) or not isinstance(now, float):
        return []
    if now >= FALLEN_SHARE * usual:
        return []
    message = f"Sales fell to {now:,.6g} a day in the last {RECENT_DAYS} days, from {usual:,.6g} in the year before."
    return [_notice("sales_fell", 1, message, [last])]
