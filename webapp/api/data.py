"""Sends tables to the API, and reads how they are understood and which versions of the data there are."""

from datetime import date as date_
from pathlib import Path
from typing import Any
from uuid import UUID

from pydantic import AwareDatetime, Field

from webapp.api.client import ApiClient
from webapp.api.schema import ApiModel
from webapp.api.training import Run

_UPLOAD_SECONDS = 60


class Table(ApiModel):
    """A table that was uploaded."""

    id: str
    name: str


class Event(ApiModel):
    """Days of the user's own that count as holidays."""

    start: date_
    end: date_ | None = None
    name: str = ""


class CalendarRule(ApiModel):
    """What turns a date into weekday, season and holiday."""

    country: str | None = None
    subdivision: str | None = None
    hemisphere: str = "north"
    weekly: tuple[int, ...] = ()
    events: tuple[Event, ...] = ()


class Calendar(ApiModel):
    """A calendar rule, and the share of days on which each column of the file follows it."""

    rule: CalendarRule
    origin: str
    followed: dict[str, float] = Field(default_factory=dict)


class DataVersion(ApiModel):
    """A version of the data."""

    version: str
    source: str
    created_at: AwareDatetime
    read_at: AwareDatetime | None = None
    rows: dict[str, int] = Field(default_factory=dict)
    days: tuple[date_, date_] | None = None
    calendar: Calendar | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class DataVersions(ApiModel):
    """The versions, newest first, and the one in use."""

    current: str | None = None
    versions: tuple[DataVersion, ...] = ()

    @property
    def in_use(self) -> DataVersion | None:
        """The version in use, None before the first load."""
        return next((version for version in self.versions if version.version == self.current), None)


class Notice(ApiModel):
    """Something to know of a table, in the API's words."""

    code: str
    message: str
    examples: tuple[str, ...] = ()


class Format(ApiModel):
    """How a table is written; `columns` maps our names to the file's."""

    columns: dict[str, str]
    extra_columns: tuple[str, ...] = ()
    date_format: str = ""


class Outliers(ApiModel):
    """What is left out of training."""

    removed: int = 0


class Report(ApiModel):
    """What a load would make of a table."""

    format: Format
    rows_read: int
    rows_quarantined: int
    quarantined: dict[str, int] = Field(default_factory=dict)
    days: int
    first_date: date_
    last_date: date_
    train_rows: int
    test_rows: int
    total_sales: float
    calendar: Calendar
    outliers: Outliers
    warnings: tuple[Notice, ...] = ()


class RowFault(ApiModel):
    """A row that is set aside, and why."""

    row: int
    column: str
    value: str | None = None
    reason: str


class DaySales(ApiModel):
    """A day and what was sold, in units."""

    Date: date_
    Sales: float


class DataCheck(ApiModel):
    """How a table is understood; a refused one has no report."""

    accepted: bool
    refusal: str = ""
    columns: tuple[str, ...] = ()
    named_options: tuple[str, ...] = ()
    faults: tuple[RowFault, ...] = ()
    report: Report | None = None
    days: tuple[DaySales, ...] = ()


def upload_table(api: ApiClient, file: Path) -> Table:
    """Send a file. Raises ApiError."""
    with file.open("rb") as content:
        headers = {"Content-Type": "application/octet-stream", "Content-Length": str(file.stat().st_size)}
        return api.request(
            Table,
            "POST",
            "/data/files",
            params={"name": file.name},
            content=content,
            headers=headers,
            timeout=_UPLOAD_SECONDS,
        )


def start_check(api: ApiClient, request: dict[str, Any]) -> Run:
    """Start to see how a table is understood. `request` as `POST /data/check` takes it. Raises ApiError."""
    return api.request(Run, "POST", "/data/check", json=request)


def get_check(api: ApiClient, run: UUID) -> DataCheck:
    """Read what a check found. Raises ApiError."""
    return api.request(DataCheck, "GET", f"/data/checks/{run}")


def start_load(api: ApiClient, request: dict[str, Any]) -> Run:
    """Start to load a table. Raises ApiError."""
    return api.request(Run, "POST", "/data/load", json=request)


def get_data_versions(api: ApiClient) -> DataVersions:
    """Read the versions of the data. Raises ApiError."""
    return api.request(DataVersions, "GET", "/data/versions")


def start_data_rollback(api: ApiClient, version: str, asked_by: str) -> Run:
    """Start to make an earlier version current. Raises ApiError."""
    return api.request(Run, "POST", "/data/rollback", json={"version": version, "asked_by": asked_by})


def get_newest_training(api: ApiClient) -> Run:
    """Read the training that was started last. Raises ApiError, of kind NOT_FOUND before the first."""
    return api.request(Run, "GET", "/model/training")
