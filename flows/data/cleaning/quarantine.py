"""Writes the quarantine file, and refuses a table with too many faults. Does not know where faults come from."""

import re
from math import ceil
from pathlib import Path
from typing import NamedTuple

import polars as pl

from flows.data.days.weekdays import cure_of_base
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.table import FAULT_SCHEMA, REASONS_BESIDE, ParsedTable

NAME = "quarantine.csv"


class Fault(NamedTuple):
    """A line of the quarantine file."""

    row: int
    column: str
    value: str | None
    reason: str


# reason: (what a row does, what to do)
_WORDS = {
    "missing": ("have no value", "fill it in"),
    "not_a_date": ("hold no date", "write dates as 2024-12-31"),
    "excel_serial": ("hold a day number of Excel", "give the workbook itself, or write dates as 2024-12-31"),
    "too_early": ("lie before earliest", "correct them or set earliest"),
    "in_future": ("lie in the future", "correct them or set today"),
    "not_a_code": ("hold no code", "use numbers, or the English or Spanish word"),
    "out_of_range": ("are out of range", "correct them"),
    "not_a_number": ("hold no number", "write 1234.5, or set decimal to point or comma"),
    "percentage": ("hold a percentage", "set sales_column to a column of units"),
    "not_a_status": ("hold no status of an order", "write Charged, Refund or Cancelled, or set sales_column to *"),
    "total_row": ("are totals", "leave them out of the file"),
    "note": ("are notes", "leave them out of the file"),
    "header_again": ("repeat the header", "keep the first"),
    "too_many_fields": ("have more fields than the header", "put quotes around values that hold the separator"),
    "repeated_date_same_row": ("repeat a row", "leave one of each"),
    "repeated_date_conflict": (
        "give one date different values",
        "leave the right one, or set aggregate to last (the later row), sum, mean or keep",
    ),
}
# if more rows are bad, leaving them out is no advice
_MAX_SHARE_TO_LEAVE_OUT = 0.5
_CODES = {
    "DayOfWeek": "use 1 (Monday) to 7 (Sunday), or words",
    "Season": "use 1 (summer), 2 (autumn), 3 (winter) and 4 (spring), or words",
    "Holiday": "use 0 and 1, or yes and no",
}
_SEPARATOR = re.compile(r"[0-9].*[,;|\t].*[,;|\t]")


def write_quarantine(table: ParsedTable, out: Path, options: Options) -> dict[str, int]:
    """Write the faults to `out` in the file's order, and count them by reason, most frequent first.

    `row` counts as a spreadsheet does, the header being row 1; in Parquet the first row is 1.

    Raises:
        DataError: more than `options.max_bad_rows` of the rows have a fault.
    """
    table.faults.sink_csv(out / NAME)
    if not table.rows_bad:
        return {}
    written = pl.scan_csv(out / NAME, schema=FAULT_SCHEMA)
    if _bad_share(table) > options.max_bad_rows:
        raise DataError(_too_many(table, written, options))
    return dict(_counts(written, "reason").select("reason", "n").iter_rows())


def _bad_share(table: ParsedTable) -> float:
    """Of the rows that are not beside the table."""
    return (table.rows_bad - table.rows_beside) / max(table.rows_read - table.rows_beside, 1)


def first_faults(out: Path, limit: int) -> list[Fault]:
    """Return the first faults that were written to `out`, none if there is no quarantine file yet."""
    if not (out / NAME).exists():
        return []
    rows = pl.scan_csv(out / NAME, schema=FAULT_SCHEMA).head(limit).collect(engine="streaming")
    return [Fault(*row) for row in rows.iter_rows()]


def _counts(faults: pl.LazyFrame, *keys: str) -> pl.DataFrame:
    counted = faults.group_by(keys).agg(n=pl.len(), row=pl.col("row").min())
    return counted.sort("n", "row", descending=[True, False]).collect(engine="streaming")


def _too_many(table: ParsedTable, faults: pl.LazyFrame, options: Options) -> str:
    judged = faults.filter(~pl.col("reason").is_in(REASONS_BESIDE))
    worst = _counts(judged, "column", "reason").row(0, named=True)
    column, reason = worst["column"], worst["reason"]
    same = (pl.col("row") == worst["row"]) & (pl.col("column") == column)
    value = faults.filter(same).select("value").collect(engine="streaming").item(0, 0)
    what, _ = _WORDS[reason]
    exact = _exact_cure(column, reason, value or "", table.cells, options)
    cure = exact or _cure(column, reason, value or "") + _leaving_out(_bad_share(table), options)
    example = f", {value[:40]!r}" if value else ""
    share = f"{worst['n']:,} of {table.rows_read:,} rows"
    return f"{column}: {share} {what} (the first is row {worst['row']}{example}): {cure}."


def _exact_cure(column: str, reason: str, value: str, cells: pl.DataFrame, options: Options) -> str:
    """Return the cure if leaving out the rows would leave others that are misread; empty if not."""
    if (column, reason) == ("DayOfWeek", "out_of_range") and value == {1: "0", 0: "7"}[options.weekday_base]:
        return cure_of_base(cells, options)
    if (column, reason) == ("Date", "not_a_date") and _SEPARATOR.search(value):
        return "separate the columns of every row as those of the header"
    return ""


def _cure(column: str, reason: str, value: str) -> str:
    if reason == "not_a_code" and not value.isascii():
        return "save the file as UTF-8, or use numbers"
    return _CODES.get(column, _WORDS[reason][1]) if reason == "out_of_range" else _WORDS[reason][1]


def _leaving_out(share: float, options: Options) -> str:
    if share > _MAX_SHARE_TO_LEAVE_OUT:
        return ""
    enough = ceil(share * 1000) / 1000
    return f", or set max_bad_rows to {enough:g}, now {options.max_bad_rows:g}, to leave out all rows with a fault"
