"""The report of one preparation, as data. Knows no rows and no layout."""

from typing import Literal

from pydantic import BaseModel, ConfigDict

from domain.calendar import CalendarFit


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Notice(_Frozen):
    """Something a person should know though nothing was refused for it."""

    code: str
    message: str
    count: int
    examples: tuple[str, ...] = ()


class FileFormat(_Frozen):
    """How the file is written, as reading found out; `columns` maps our names to the file's.

    `decimal` is `plain` if no number has a mark. `separator` is empty for Parquet and workbooks. `archive` is `gzip`,
    or the name of the table in a zip. `sheet` is the sheet of a workbook. With `rows_are_orders`, each row is one
    order: `Sales` is 1, -1 for a refund and 0 for an order that was cancelled. `notices` say what reading decided.
    """

    kind: str
    encoding: str
    separator: str
    decimal: str
    date_format: str
    columns: dict[str, str]
    extra_columns: tuple[str, ...] = ()
    archive: str = ""
    sheet: str = ""
    rows_are_orders: bool = False
    notices: tuple[Notice, ...] = ()


class Outlier(_Frozen):
    """A row of train that was left out; `row` is its row in the file, none if the day was made of several."""

    row: int | None
    date: str
    sales: float


class IqrLimits(_Frozen):
    """Quartiles of Sales on train (linear interpolation) and the limits that follow from them."""

    q1: float
    q3: float
    lower: float
    upper: float


class Outliers(_Frozen):
    """What was left out of train, by which rule; of the days that are unusual but stay, how many for which reason."""

    rule: Literal["by_kind", "iqr", "none"]
    limits: IqrLimits | None = None
    removed: int = 0
    share: float = 0.0
    removed_by_kind: dict[str, int] = {}
    removed_days: tuple[str, ...] = ()
    unusual_kept: dict[str, int] = {}
    listed: tuple[Outlier, ...] = ()


class Report(_Frozen):
    """One preparation. `rows_kept` = `train_rows` + `test_rows` + `outliers.removed`.

    `quarantined` counts faults by reason, of which a row may have several; blank rows are in no other count.
    """

    format: FileFormat
    rows_read: int
    rows_blank: int
    rows_quarantined: int
    quarantined: dict[str, int]
    rows_kept: int
    days: int
    first_date: str
    last_date: str
    split: str
    train_rows: int
    test_rows: int
    outliers: Outliers
    calendar: CalendarFit
    total_sales: float
    warnings: tuple[Notice, ...] = ()
