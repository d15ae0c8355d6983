"""Says what a batch would meet, of every row, without predicting or storing any; knows no HTTP."""

from collections.abc import Iterable, Mapping
from datetime import date as date_
from typing import Any

from pydantic import BaseModel, Field

from domain.calendar import Codes
from service.batches.rows import Judged, Verdict
from service.errors import FieldError
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest, DateRequest
from service.prediction.schemas import DayCodes

MAX_FAULTS = 100
SAMPLE_ROWS = 20
_LONGEST_SHOWN = 100

_Faults = tuple[FieldError, ...]


class RowFault(BaseModel):
    """One thing that is wrong with a batch."""

    row: int = Field(description="which row, from 1")
    field: str = Field(description="its name, or `body` for the whole row")
    sent: str | None = Field(None, description="what stands there, null where nothing does")
    code: str | None = Field(None, description="the reason in a word: it stays the same however `message` is worded")
    message: str = Field(description="what is wrong with it")


class Understood(DayCodes):
    """What a row asks."""

    Date: date_ | None = Field(None, description="null where codes were sent")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")


class SampleRow(BaseModel):
    """A row as it came and as it is understood."""

    row: int = Field(description="from 1")
    sent: dict[str, str] = Field(description="by column")
    understood: Understood | None = Field(None, description="null where `faults` say why not")


class BatchCheck(BaseModel):
    """What a batch would meet."""

    rows: int = Field(description="how many there are")
    bad_rows: int = Field(description="how many of them have a fault")
    faults: list[RowFault] = Field(description=f"the first {MAX_FAULTS}, in the order of the rows")
    more_faults: int = Field(description="how many are not listed")
    sample: list[SampleRow] = Field(description=f"the first {SAMPLE_ROWS} rows")


def checked(parts: Iterable[Judged], predictor: Predictor) -> BatchCheck:
    """What the rows would meet with this model.

    Raises:
        BadInputError: where reading `parts` does.
    """
    tally = BatchCheck(rows=0, bad_rows=0, faults=[], more_faults=0, sample=[])
    for part in parts:
        _sample(tally, part, predictor)
        _count(tally, part, predictor)
        tally.rows += len(part.which)
    return tally


def _count(tally: BatchCheck, part: Judged, predictor: Predictor) -> None:
    found = [_faults(verdict, predictor) for verdict in part.verdicts]
    if not any(found):
        return
    for number, kind in enumerate(part.which, tally.rows + 1):
        tally.bad_rows += bool(found[kind])
        for fault in found[kind]:
            _note(tally, fault, number, part.sent(kind))


def _note(tally: BatchCheck, fault: FieldError, row: int, sent: Mapping[str, Any]) -> None:
    if len(tally.faults) == MAX_FAULTS:
        tally.more_faults += 1
        return
    there = _text(sent[fault.field]) if fault.field in sent else None
    tally.faults.append(RowFault(row=row, field=fault.field, sent=there, code=fault.code, message=fault.message))


def _faults(verdict: Verdict, predictor: Predictor) -> _Faults:
    if isinstance(verdict, tuple):
        return verdict
    refusal = predictor.rejection(verdict.Date if isinstance(verdict, DateRequest) else None)
    return (refusal,) if refusal else ()


def _sample(tally: BatchCheck, part: Judged, predictor: Predictor) -> None:
    for number, kind in enumerate(part.which[: SAMPLE_ROWS - len(tally.sample)], tally.rows + 1):
        sent = {name: _text(value) for name, value in part.sent(kind).items()}
        understood = _understood(part.verdicts[kind], predictor)
        tally.sample.append(SampleRow(row=number, sent=sent, understood=understood))


def _understood(verdict: Verdict, predictor: Predictor) -> Understood | None:
    if isinstance(verdict, tuple) or _faults(verdict, predictor):
        return None
    asked = None if isinstance(verdict, CodesRequest) else verdict.Date
    codes = predictor.calendar.codes_of(asked) if asked else Codes(*verdict.model_dump().values())
    named = dict(zip(DayCodes.model_fields, codes, strict=True))
    return Understood(**named, Date=asked, seen_in_training=predictor.estimate(codes, asked).seen)


def _text(value: Any) -> str:
    return str(value)[:_LONGEST_SHOWN]
