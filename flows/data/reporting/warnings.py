"""What a person should know of data that was accepted. Works on cells and counts, never on rows."""

from collections.abc import Iterable
from datetime import timedelta

import polars as pl

from flows.data.cells import days_of
from flows.data.cleaning.duplicates import dates_that_disagree
from flows.data.derive import from_date
from flows.data.options import Options
from flows.data.reporting.report import FileFormat, Notice
from flows.data.schema import INPUTS, POSSIBLE_INPUTS
from flows.data.table import ParsedTable

SHOWN = 10
_AS_GIVEN = "; it is taken as the file gives it (derive_from_date takes it from Date)."


def notices(read: ParsedTable, kept: ParsedTable, form: FileFormat, options: Options) -> tuple[Notice, ...]:
    """Everything worth a warning; `read` is the table before, `kept` after its repeated dates were settled."""
    found = (
        *_missing_days(kept.cells),
        *_weekdays(kept.cells),
        *_seasons(kept.cells, options),
        *_unseen(kept.cells),
        *_constant(kept.cells),
        *_columns(form),
        *_blank(read),
        *_disagreeing(read, options),
    )
    return tuple(notice for notice in found if notice.count)


def _notice(code: str, count: int, message: str, examples: Iterable[object] = ()) -> list[Notice]:
    return [Notice(code=code, count=count, message=message, examples=tuple(map(str, examples)))]


def _missing_days(cells: pl.DataFrame) -> list[Notice]:
    days = days_of(cells)
    gaps = pl.date_range(days[0], days[-1], eager=True).to_frame("day").join(days.to_frame("day"), on="day", how="anti")
    count, span = gaps.height, (days[-1] - days[0]) / timedelta(days=1) + 1
    message = f"{count} of the {span:.0f} days from {days[0]} to {days[-1]} are missing."
    return _notice("missing_days", count, message, gaps["day"].sort().head(SHOWN))


def _weekdays(cells: pl.DataFrame) -> list[Notice]:
    wrong = cells.filter(pl.col("Date").dt.weekday() != pl.col("DayOfWeek"))
    message = f"DayOfWeek disagrees with the calendar in {_of(wrong, cells)}{_shift(wrong)}{_AS_GIVEN}"
    return _notice("weekday_against_calendar", int(wrong["n"].sum()), message, _days(wrong))


def _shift(wrong: pl.DataFrame) -> str:
    ahead = wrong.select((pl.col("DayOfWeek") - pl.col("Date").dt.weekday()) % 7).to_series().unique()
    return f", by {ahead[0]} day{'s' * (ahead[0] > 1)} in each" if ahead.len() == 1 else ""


def _seasons(cells: pl.DataFrame, options: Options) -> list[Notice]:
    _, season = from_date(options.hemisphere)
    wrong = cells.filter(season != pl.col("Season"))
    message = (
        f"Season disagrees with the calendar of the {options.hemisphere} in {_of(wrong, cells)}: "
        f"1 is summer, 2 autumn, 3 winter, 4 spring{_AS_GIVEN}"
    )
    return _notice("season_against_calendar", int(wrong["n"].sum()), message, _days(wrong))


def _of(some: pl.DataFrame, cells: pl.DataFrame) -> str:
    return f"{some['n'].sum():,} of {cells['n'].sum():,} rows"


def _days(cells: pl.DataFrame) -> pl.Series:
    return cells["Date"].unique().sort().head(SHOWN)


def _unseen(cells: pl.DataFrame) -> list[Notice]:
    count = POSSIBLE_INPUTS - cells.select(INPUTS).n_unique()
    message = f"{count} of the {POSSIBLE_INPUTS} possible inputs never occur; predictions for them are guesses."
    return _notice("unseen_inputs", count, message)


def _constant(cells: pl.DataFrame) -> list[Notice]:
    names = [name for name in INPUTS if cells[name].n_unique() == 1]
    names += ["Sales"] if cells["low"].min() == cells["high"].max() else []
    return _notice("constant_columns", len(names), f"Always the same value: {', '.join(names)}.")


def _columns(form: FileFormat) -> list[Notice]:
    names = form.extra_columns
    return _notice("extra_columns", len(names), f"Columns that are not used: {', '.join(names)}.")


def _blank(read: ParsedTable) -> list[Notice]:
    return _notice("blank_rows", read.rows_blank, f"{read.rows_blank} rows with nothing in them were passed over.")


def _disagreeing(read: ParsedTable, options: Options) -> list[Notice]:
    if options.aggregate not in {"sum", "mean"}:
        return []
    days = dates_that_disagree(read.cells)
    message = f"{days.len()} dates have rows with different inputs; the most frequent ones were taken."
    return _notice("inputs_disagree", days.len(), message, days.head(SHOWN))
