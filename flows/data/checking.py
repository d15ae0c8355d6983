"""How a table is understood, as data: what the ETL would make of it, or why it refuses it. Publishes nothing."""

import re
from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
from pydantic import BaseModel, ConfigDict

from flows.data.cleaning.quarantine import first_faults
from flows.data.continuity import EarlierVersion
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.prepare import Progress, prepare
from flows.data.reading.read import read
from flows.data.reporting.report import FileFormat, Report

MAX_DAYS = 4_000
MAX_FAULTS = 50
_SET_TO = re.compile(r"\b(?:set|or|and|options\.|,) ?([a-z]+) (?:of one of its columns )?to\b")
_OPTIONS = frozenset(Options.model_fields)


class RowFault(BaseModel):
    """A row that was set aside, as a spreadsheet counts it, and the reason in a word."""

    model_config = ConfigDict(frozen=True)

    row: int
    column: str
    value: str | None
    reason: str


class DaySales(BaseModel):
    """A day and what was sold on it, in units."""

    model_config = ConfigDict(frozen=True)

    Date: date
    Sales: float


class DataCheck(BaseModel):
    """What a load would do.

    If the table is refused, `refusal` says why and there is no report. `columns` are all columns of the table, empty
    if its header could not be read. `named_options` are the options that the refusal and the warnings name. `days` are
    the newest days with their sales; `faults` the first rows that are set aside.
    """

    model_config = ConfigDict(frozen=True)

    accepted: bool
    refusal: str = ""
    columns: tuple[str, ...] = ()
    named_options: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    report: Report | None = None
    days: tuple[DaySales, ...] = ()


def check_table(
    source: Path, out: Path, options: Options, progress: Progress, earlier: EarlierVersion | None, now: datetime
) -> DataCheck:
    """Do what `prepare` does, into the empty folder `out`, and return how the table is understood."""
    try:
        report = prepare(source, out, options, progress, earlier, now)
    except DataError as error:
        return DataCheck(
            accepted=False,
            refusal=f"{error}",
            columns=error.columns or _columns_of(source, out, options),
            named_options=options_in([f"{error}"]),
            faults=_faults(out),
        )
    return DataCheck(
        accepted=True,
        columns=_all_columns(report.format),
        named_options=options_in(notice.message for notice in report.warnings),
        faults=_faults(out),
        report=report,
        days=_newest_days(out / "days.csv"),
    )


def options_in(messages: Iterable[str]) -> tuple[str, ...]:
    """Return the options that sentences name: by a name with an underscore, or as in `set aggregate to sum`."""
    text = " ".join(messages)
    found = {*re.findall(r"[a-z]+(?:_[a-z]+)+", text), *_SET_TO.findall(text), *re.findall(r"options\.(\w+)", text)}
    return tuple(sorted((found & _OPTIONS) | ({"force"} if "use force" in text else set())))


def _columns_of(source: Path, out: Path, options: Options) -> tuple[str, ...]:
    """The columns of a table whose rows are refused; empty if the table cannot be read."""
    with TemporaryDirectory(dir=out) as scratch:
        try:
            return _all_columns(read(source, Path(scratch), options, lambda _message: None)[1])
        except DataError as error:
            return error.columns


def _all_columns(form: FileFormat) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*form.columns.values(), *form.extra_columns]))


def _faults(out: Path) -> tuple[RowFault, ...]:
    return tuple(RowFault(**fault._asdict()) for fault in first_faults(out, MAX_FAULTS))


def _newest_days(file: Path) -> tuple[DaySales, ...]:
    days = pl.read_csv(file, schema_overrides={"Date": pl.Date, "Sales": pl.Float64}).tail(MAX_DAYS)
    return tuple(DaySales(Date=day, Sales=sales) for day, sales in days.select("Date", "Sales").iter_rows())
