"""Checks every row of a batch without predicting or storing it; knows no HTTP."""

from collections.abc import Iterable, Mapping
from datetime import date as date_
from typing import Any

from pydantic import BaseModel, Field

from domain.calendar import Codes
from service.batches.rows import CheckedRow, CheckedRows, errors_of
from service.errors import FieldError
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest
from service.prediction.schemas import DayCodes

MAX_FAULTS = 100
SAMPLE_ROWS = 20
_MAX_ECHO_LENGTH = 100


class RowFault(BaseModel):
    """One thing that is wrong with a batch."""

    row: int = Field(description="which row, from 1")
    field: str = Field(description="its name, or `body` for the whole row")
    sent: str | None = Field(None, description="what was sent, null if nothing was")
    code: str | None = Field(None, description="the reason as a fixed word, for programs")
    message: str = Field(description="what is wrong with it")


class Understood(DayCodes):
    """The request in a row."""

    Date: date_ | None = Field(None, description="null if codes were sent")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")


class SampleRow(BaseModel):
    """A row as it was sent and as it is understood."""

    row: int = Field(description="from 1")
    sent: dict[str, str] = Field(description="by column, without the caller's own")
    understood: Understood | None = Field(None, description="null if the row has a fault")


class BatchCheck(BaseModel):
    """The result of checking a batch."""

    rows: int = Field(description="number of rows")
    bad_rows: int = Field(description="number of rows with a fault")
    faults: list[RowFault] = Field(description=f"the first {MAX_FAULTS}, in the order of the rows")
    more_faults: int = Field(description="number of faults that are not listed")
    sample: list[SampleRow] = Field(description=f"the first {SAMPLE_ROWS} rows")


def check_batch(chunks: Iterable[CheckedRows], predictor: Predictor) -> BatchCheck:
    """Check every row for this model; raises BadInputError if reading `chunks` does."""
    check = BatchCheck(rows=0, bad_rows=0, faults=[], more_faults=0, sample=[])
    for rows in chunks:
        _add_sample(check, rows, predictor)
        _add_faults(check, rows, predictor)
        check.rows += len(rows)
    return check


def _add_faults(check: BatchCheck, rows: CheckedRows, predictor: Predictor) -> None:
    errors = {place: found for place in set(rows.row_index) if (found := errors_of(rows.unique[place], predictor))}
    if not errors:
        return
    for number, place in enumerate(rows.row_index, check.rows + 1):
        check.bad_rows += place in errors
        for error in errors.get(place, ()):
            _add_fault(check, error, number, rows.sent(place))


def _add_fault(check: BatchCheck, error: FieldError, row: int, fields: Mapping[str, Any]) -> None:
    if len(check.faults) == MAX_FAULTS:
        check.more_faults += 1
        return
    sent = _shorten(fields[error.field]) if error.field in fields else None
    check.faults.append(RowFault(row=row, field=error.field, sent=sent, code=error.code, message=error.message))


def _add_sample(check: BatchCheck, rows: CheckedRows, predictor: Predictor) -> None:
    for number, place in enumerate(rows.row_index[: SAMPLE_ROWS - len(check.sample)], check.rows + 1):
        sent = {name: _shorten(value) for name, value in rows.sent(place).items()}
        understood = _understood(rows.unique[place], predictor)
        check.sample.append(SampleRow(row=number, sent=sent, understood=understood))


def _understood(row: CheckedRow, predictor: Predictor) -> Understood | None:
    if isinstance(row, tuple) or errors_of(row, predictor):
        return None
    day = None if isinstance(row, CodesRequest) else row.Date
    codes = predictor.calendar.codes_of(day) if day else Codes(*row.model_dump().values())
    fields = dict(zip(DayCodes.model_fields, codes, strict=True))
    return Understood(**fields, Date=day, seen_in_training=predictor.estimate(codes, day).seen)


def _shorten(value: Any) -> str:
    return str(value)[:_MAX_ECHO_LENGTH]
