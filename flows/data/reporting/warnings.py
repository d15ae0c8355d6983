"""What a person should know of data that was accepted. Works on cells and counts, never on rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

import polars as pl

from domain.calendar.fit import Found
from flows.data.cells import days_of
from flows.data.days.aggregation import dates_that_disagree
from flows.data.days.missing import missing_days
from flows.data.options import Options
from flows.data.reporting.calendar_warnings import calendar_warnings
from flows.data.reporting.report import FileFormat, Notice, Outliers
from flows.data.schema import INPUTS, POSSIBLE_INPUTS
from flows.data.splitting.split import Split
from flows.data.table import ParsedTable

MAX_EXAMPLES = 10
MANY_MISSING_SHARE = 0.02


@dataclass(frozen=True)
class Findings:
    """What the steps found: the table as read, with its codes, and with one figure a day; what became of it."""

    parsed: ParsedTable
    coded: ParsedTable
    table: ParsedTable
    split: Split
    outliers: Outliers
    calendar: Found
    form: FileFormat


def warnings_of(found: Findings, options: Options) -> tuple[Notice, ...]:
    """Return everything worth a warning, what reading decided first."""
    notices = (
        *found.form.notices,
        *calendar_warnings(found.parsed, found.calendar, options),
        *_missing_days(found, options),
        *_returns(found),
        *_unseen(found.split.train_cells),
        *_constant(found.table.cells),
        *_columns(found.form),
        *_blank(found.parsed),
        *_disagreeing(found.coded, options),
        *_outliers(found.outliers),
    )
    return tuple(notice for notice in notices if notice.count)


def _notice(code: str, count: int, message: str, examples: Iterable[object] = ()) -> list[Notice]:
    return [Notice(code=code, count=count, message=message, examples=tuple(map(str, examples)))]


def _missing_days(found: Findings, options: Options) -> list[Notice]:
    days = days_of(found.coded.cells)
    missing, span = missing_days(found.coded.cells), (days[-1] - days[0]) // timedelta(days=1) + 1
    between = f"{missing.len():,} of the {span:,} days from {days[0]} to {days[-1]} have no row"
    if options.missing_days == "zero":
        message = f"{between}: each was taken as a day without sales, as missing_days says."
        return _notice("days_without_sales_added", missing.len(), message, missing.head(MAX_EXAMPLES))
    meaning = ": they are taken as unknown. If nothing was sold on them, set missing_days to zero"
    asked = meaning if missing.len() > MANY_MISSING_SHARE * span else ""
    return _notice("missing_days", missing.len(), f"{between}{asked}.", missing.head(MAX_EXAMPLES))


def _returns(found: Findings) -> list[Notice]:
    before, after = found.coded.cells.filter(pl.col("low") < 0), found.table.cells.filter(pl.col("low") < 0)
    message = f"Sales are below zero in {before.height:,} places: they are returns, and were taken off their day."
    negative = f"{after.height:,} days have more returns than sales."
    return [
        *_notice("returns", before.height, message, before["Date"].unique().sort().head(MAX_EXAMPLES)),
        *_notice("days_below_zero", after.height, negative, after["Date"].sort().head(MAX_EXAMPLES)),
    ]


def _unseen(train_cells: pl.DataFrame) -> list[Notice]:
    count = POSSIBLE_INPUTS - train_cells.select(INPUTS).n_unique()
    message = (
        f"{count} of the {POSSIBLE_INPUTS} possible inputs never occur in train; predictions for them are guesses."
    )
    return _notice("unseen_inputs", count, message)


def _constant(cells: pl.DataFrame) -> list[Notice]:
    names = [name for name in INPUTS if cells[name].n_unique() == 1]
    names += ["Sales"] if cells["low"].min() == cells["high"].max() else []
    return _notice("constant_columns", len(names), f"Always the same value: {', '.join(names)}.")


def _columns(form: FileFormat) -> list[Notice]:
    names = form.extra_columns
    return _notice("extra_columns", len(names), f"Columns that are not used: {', '.join(names)}.")


def _blank(parsed: ParsedTable) -> list[Notice]:
    return _notice("blank_rows", parsed.rows_blank, f"{parsed.rows_blank} rows with nothing in them were passed over.")


def _disagreeing(coded: ParsedTable, options: Options) -> list[Notice]:
    if options.aggregate not in {"sum", "mean"}:
        return []
    days = dates_that_disagree(coded.cells)
    message = f"{days.len()} dates have rows with different inputs; the most frequent ones were taken."
    return _notice("inputs_disagree", days.len(), message, days.head(MAX_EXAMPLES))


_REASONS = {
    "holiday": "holidays",
    "event": "several in a row",
    "recurring": "recurring",
    "newest": "in the newest four weeks",
}


def _outliers(found: Outliers) -> list[Notice]:
    kinds = ", ".join(f"{rows:,} on {kind}" for kind, rows in found.removed_by_kind.items())
    reasons = [f"{days:,} {_REASONS[reason]}" for reason, days in found.unusual_kept.items()]
    removed = (
        f"{found.removed:,} rows of train were left out as outliers ({kinds}): if they are true, set outliers to none."
    )
    return [
        *_notice("outliers_removed", found.removed, removed, [outlier.date for outlier in found.listed[:MAX_EXAMPLES]]),
        *_notice(
            "unusual_days_kept",
            sum(found.unusual_kept.values()),
            f"Days of train that are unusual, and stay: {', '.join(reasons)}.",
        ),
    ]
