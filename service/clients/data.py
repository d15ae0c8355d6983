"""The versions of the data and how a table is understood, as flows writes them down; asks nobody anything."""

from datetime import date as date_
from typing import Any

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.calendar import CalendarFit
from service.clients.runs import RetrainRequest

CHECK_ARTIFACT = "data-check"
VERSIONS_ARTIFACT = "data-versions"


class _Read(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class CheckRequest(RetrainRequest):
    """Which table is read, and how."""

    file: str | None = Field(
        None,
        pattern=r"^[\w-]{43}$",
        description="`id` of an uploaded table; the source of the current version is read again if left out",
    )
    options: dict[str, Any] = Field(
        default_factory=dict,
        max_length=50,
        description="how it is read, as parameters of the flow name it; without a file they replace those of the "
        "current version",
    )
    force: bool = Field(False, description="take it though nothing changed, or though it has lost days")


class DataRollbackRequest(RetrainRequest):
    """Which version of the data shall be current again."""

    version: str = Field(pattern=r"^[\w.-]{1,100}$", description="a version of the data")


class Table(BaseModel):
    """A table that was uploaded."""

    id: str = Field(description="names it; nobody can guess it")
    name: str = Field(description="of the file, as it is shown")
    bytes: int = Field(description="its size")
    expires_at: AwareDatetime = Field(description="UTC; a table that was loaded stays longer")


class DataVersion(_Read):
    """A version of the data."""

    version: str = Field(description="names it; it begins with the time")
    source: str = Field(description="where it was read from, without secrets; `upload:ID/NAME` is an uploaded table")
    created_at: AwareDatetime = Field(description="UTC")
    read_at: AwareDatetime | None = Field(None, description="when its source was read last, UTC")
    rows: dict[str, int] = Field(description="`read`, `train`, `test`, `quarantined`, `outliers`")
    days: tuple[date_, date_] | None = Field(None, description="the first and the last day")
    calendar: CalendarFit | None = Field(None, description="the calendar rule that its days follow")
    options: dict[str, Any] = Field(description="how it was read")


class DataVersions(_Read):
    """The newest versions of the data, newest first."""

    current: str | None = Field(None, description="the version in use; null before the first load")
    switched_at: AwareDatetime | None = Field(None, description="since when, UTC")
    switched_by: str | None = Field(None, description="who or what made it current")
    versions: list[DataVersion] = Field(default_factory=list, description="at most 51")


class CheckNotice(_Read):
    """Something that a person should know of a table that was not refused."""

    code: str = Field(description="the kind of notice, in a word")
    message: str = Field(description="what was found, and which option changes it")
    count: int = Field(description="how often")
    examples: list[str] = Field(default_factory=list, description="the first places")


class CheckFormat(_Read):
    """How a table is written."""

    kind: str = Field(description="`csv`, `parquet`, or the kind of workbook")
    encoding: str = Field(description="of its text")
    separator: str = Field(description="between columns; empty where there is none")
    decimal: str = Field(description="decimal mark; `plain` if no number has one")
    date_format: str = Field(description="how its dates are written")
    columns: dict[str, str] = Field(description="our names of the columns, and those of the file")
    extra_columns: list[str] = Field(default_factory=list, description="columns that are not used")
    sheet: str = Field("", description="of a workbook")


class CheckOutliers(_Read):
    """What would be left out of train."""

    rule: str = Field(description="`by_kind`, `iqr` or `none`")
    removed: int = Field(description="rows")
    removed_by_kind: dict[str, int] = Field(default_factory=dict, description="rows, by kind of day")
    unusual_kept: dict[str, int] = Field(default_factory=dict, description="unusual days that stay, by reason")


class CheckReport(_Read):
    """What a load would make of the table."""

    format: CheckFormat
    rows_read: int = Field(description="rows below the header")
    rows_blank: int = Field(description="rows without a value")
    rows_quarantined: int = Field(description="rows that are set aside")
    quarantined: dict[str, int] = Field(description="faults by reason")
    days: int = Field(description="days with sales")
    first_date: date_ = Field(description="the first day")
    last_date: date_ = Field(description="the last day")
    train_rows: int = Field(description="rows to learn from")
    test_rows: int = Field(description="rows to test on")
    total_sales: float = Field(description="in units")
    calendar: CalendarFit = Field(description="the calendar rule that the days follow")
    outliers: CheckOutliers
    warnings: list[CheckNotice] = Field(default_factory=list)


class TableFault(_Read):
    """A row that is set aside."""

    row: int = Field(description="as a spreadsheet counts it, the header being row 1")
    column: str = Field(description="where")
    value: str | None = Field(None, description="as the table has it")
    reason: str = Field(description="why, in a word")


class DaySales(_Read):
    """A day and what was sold on it."""

    Date: date_
    Sales: float = Field(description="in units")


class DataCheck(_Read):
    """How a table is understood."""

    accepted: bool = Field(description="whether a load would take it")
    refusal: str = Field("", description="why not, and the cure; empty if it is accepted")
    columns: list[str] = Field(default_factory=list, description="all columns of the table, as far as they were read")
    named_options: list[str] = Field(default_factory=list, description="options that the messages name")
    faults: list[TableFault] = Field(default_factory=list, description="the first rows that are set aside, at most 50")
    report: CheckReport | None = Field(None, description="null if the table is refused")
    days: list[DaySales] = Field(default_factory=list, description="the newest days, at most 4,000, in their order")
