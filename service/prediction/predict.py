"""From a question to the row that is stored and the answer that is sent; pure, and the only way between them."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from domain.calendar import Codes
from service.prediction.ids import new_id
from service.prediction.predictor import Predictor
from service.prediction.requests import ByCodes, ByDate
from service.prediction.schemas import Interval, Prediction, TracedPrediction

_SHARED = tuple(name for name in Prediction.model_fields if name not in {"interval", "calendar_warning"})
_LIMITS = tuple(Interval.model_fields)
_SHARED_VALUES, _LIMIT_VALUES = itemgetter(*_SHARED), itemgetter(*_LIMITS)
Row = dict[str, Any]
"""The columns of `StoredPrediction` by name; a fresh one may also have `calendar_warning`, which is not stored."""


def predict(
    question: ByCodes | ByDate,
    predictor: Predictor,
    now: datetime,
    name: UUID | None = None,
    trace_id: str | None = None,
) -> Row:
    """The row of a prediction made `now` (UTC) by one model, named in it; `name` is its id, a new one if None.

    Raises:
        BadInputError: this model cannot be asked so.
    """
    if isinstance(question, ByDate):
        asked, codes = question.Date, predictor.calendar.codes_of(question.Date)
    else:
        asked, codes = None, Codes(question.DayOfWeek, question.Season, question.Holiday)
    estimate = predictor.estimate(codes, asked)
    row = {
        "id": name or new_id(now),
        "DayOfWeek": codes.day_of_week,
        "Season": codes.season,
        "Holiday": codes.holiday,
        "Date": asked,
        "prediction": estimate.prediction,
        "level": predictor.level,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "model_version": predictor.version,
        "seen_in_training": estimate.seen,
        "created_at": now,
        "trace_id": trace_id,
    }
    warning = predictor.calendar_in_force.warning if asked else None
    return row | {"calendar_warning": warning} if warning else row


def answers(row: Mapping[str, Any], question: ByCodes | ByDate) -> bool:
    """Whether a stored row answers this very question."""
    if isinstance(question, ByDate):
        return bool(row["Date"] == question.Date)
    return row["Date"] is None and all(row[name] == code for name, code in question.model_dump().items())


def answer(row: Mapping[str, Any]) -> Prediction:
    """What is said of a row, fresh or from the history."""
    return Prediction.model_validate(said(row))


def answer_with_trace(row: Mapping[str, Any]) -> Prediction:
    """Build the answer for a stored row, with the trace id of its request if there is one."""
    trace_id = row["trace_id"]
    return TracedPrediction.model_validate({**said(row), "trace_id": trace_id}) if trace_id else answer(row)


def said(row: Mapping[str, Any]) -> dict[str, Any]:
    """The same by its fields, in their order, for whoever writes many: what is valid stays so unseen."""
    fields = dict(zip(_SHARED, _SHARED_VALUES(row), strict=True))
    fields["interval"] = dict(zip(_LIMITS, _LIMIT_VALUES(row), strict=True))
    fields["calendar_warning"] = row.get("calendar_warning")
    return fields
