"""Whether the weekdays of a table are counted from another day than Monday. Works on cells, never on rows."""

from datetime import date

import polars as pl

from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.table import ParsedTable

SAME_SHIFT_SHARE = 0.99
MIN_DAYS = 7
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# days that a number is ahead of its date's weekday: the option that makes them agree
_CURES = {
    1: ("the file's week begins on Sunday", "week_starts to sunday"),
    2: ("the file's week begins on Saturday", "week_starts to saturday"),
    6: ("the file counts from 0", "weekday_base to 0"),
}


def refuse_shifted_week(table: ParsedTable, options: Options) -> None:
    """Refuse a table whose every weekday is ahead of its date as if it were counted otherwise.

    Raises:
        DataError: names the option under which they agree.
    """
    if "DayOfWeek" not in table.present or options.week_starts != "auto":
        return
    ahead = (pl.col("DayOfWeek") - pl.col("Date").dt.weekday()) % 7
    shifts = table.cells.group_by(ahead.alias("ahead")).agg(pl.col("n").sum(), pl.col("Date").n_unique())
    shift, rows, days = shifts.sort("n", descending=True).row(0)
    if shift in _CURES and days >= MIN_DAYS and rows >= SAME_SHIFT_SHARE * table.rows_kept:
        first = table.cells.filter(ahead == shift).row(0, named=True)
        raise DataError(_message(shift, rows, first["Date"], first["DayOfWeek"] - 1 + options.weekday_base))


def _message(shift: int, rows: int, day: date, number: int) -> str:
    habit, cure = _CURES[shift]
    return (
        f"DayOfWeek: {rows:,} rows have the number of another weekday than their Date, all shifted alike (such as "
        f"{number} on {day}, a {_NAMES[day.weekday()]}): if {habit}, set {cure}; to take weekday and season from "
        "Date, set derive_from_date; to take the numbers as they are, set week_starts to monday."
    )
