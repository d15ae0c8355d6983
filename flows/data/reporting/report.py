"""What is said of one preparation, as data; knows no rows and no layout."""

from pydantic import BaseModel, ConfigDict


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class FileFormat(_Frozen):
    """How the file turned out to be written; `columns` maps our names to the file's.

    `decimal` is `plain` where no number has a mark; `separator` is empty for Parquet.
    """

    kind: str
    encoding: str
    separator: str
    decimal: str
    date_format: str
    columns: dict[str, str]
    extra_columns: tuple[str, ...] = ()


class Outlier(_Frozen):
    """A row of train outside the IQR limits; `row` is its row in the file, none after an aggregation."""

    row: int | None
    date: str
    sales: float


class Outliers(_Frozen):
    """Quartiles of Sales on train (linear interpolation), the limits, and the rows removed from train."""

    q1: float
    q3: float
    lower: float
    upper: float
    removed: int
    share: float
    listed: tuple[Outlier, ...] = ()


class Notice(_Frozen):
    """Something a person should know though nothing was refused for it."""

    code: str
    message: str
    count: int
    examples: tuple[str, ...] = ()


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
    warnings: tuple[Notice, ...] = ()
