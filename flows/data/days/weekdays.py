"""Whether the weekdays of a table are counted from another day than Monday. Works on cells, never on rows."""

from datetime import date

import polars as pl

from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.table import ParsedTable

SAME_SHIFT_SHARE = 0.99
MIN_DAYS = 7
_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# days that a number which counts from 1 is ahead of its date's weekday, where the week begins so
_AHEAD = {"monday": 0, "sunday": 1, "saturday": 2}
# days that a number is ahead of its date's weekday: the option that makes them agree
_CURES = {
    1: ("the file's week begins on Sunday", "week_starts to sunday"),
    2: ("the file's week begins on Saturday", "week_starts to saturday"),
    6: ("the file counts from 0", "weekday_base to 0"),
}


def cure_of_base(cells: pl.DataFrame, options: Options) -> str:
    """Return the options under which a week with a number outside of `weekday_base` is read right.

    `cells` are those of the rows with the other numbers: their dates decide which weekday has the lowest number.
    """
    base = 1 - options.weekday_base
    shift: int = _shifts(cells)["ahead"][0] if cells.height else -1
    starts = {(_AHEAD[start] + 2 * base - 1) % 7: start for start in _AHEAD}.get(shift, "")
    lowest = {"monday": "Monday", "sunday": "Sunday", "saturday": "Saturday"}.get(starts, "a weekday")
    named = f", and week_starts to {starts}" if starts else ", and week_starts to that weekday"
    return f"the file counts {base} ({lowest}) to {base + 6}: set weekday_base to {base}{named}"


def _shifts(cells: pl.DataFrame) -> pl.DataFrame:
    """How far numbers are ahead of their dates' weekdays, with rows and days, the most frequent first."""
    ahead = (pl.col("DayOfWeek") - pl.col("Date").dt.weekday()) % 7
    shifts = cells.group_by(ahead.alias("ahead")).agg(pl.col("n").sum(), pl.col("Date").n_unique())
    return shifts.sort("n", descending=True)


def refuse_shifted_week(table: ParsedTable, options: Options) -> None:
    """Refuse a table whose every weekday is ahead of its date as if it were counted otherwise.

    Raises:
        DataError: names the option under which they agree.
    """
    if "DayOfWeek" not in table.present or options.week_starts != "auto":
        return
    if table.cells.is_empty():
        return
    shift, rows, days = _shifts(table.cells).row(0)
    if shift in _CURES and days >= MIN_DAYS and rows >= SAME_SHIFT_SHARE * table.rows_kept:
        first = table.cells.filter((pl.col("DayOfWeek") - pl.col("Date").dt.weekday()) % 7 == shift).row(0, named=True)
        raise DataError(_message(shift, rows, first["Date"], first["DayOfWeek"] - 1 + options.weekday_base))


def _message(shift: int, rows: int, day: date, number: int) -> str:
    habit, cure = _CURES[shift]
    return (
        f"DayOfWeek: {rows:,} rows have the number of another weekday than their Date, all shifted alike (such as "
        f"{number} on {day}, a {_NAMES[day.weekday()]}): if {habit}, set {cure}; to take weekday and season from "
        "Date, set derive_from_date; to take the numbers as they are, set week_starts to monday."
    )
