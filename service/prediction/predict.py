"""Turns a request into the row that is stored, and a row into the response; pure."""

from collections.abc import Mapping
from datetime import datetime
from operator import itemgetter
from typing import Any
from uuid import UUID

from domain.calendar import Codes
from service.prediction.ids import new_id
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest, DateRequest
from service.prediction.schemas import Interval, Prediction, TracedPrediction

_SHARED = tuple(name for name in Prediction.model_fields if name not in {"interval", "calendar_warning"})
_LIMITS = tuple(Interval.model_fields)
_SHARED_VALUES, _LIMIT_VALUES = itemgetter(*_SHARED), itemgetter(*_LIMITS)
Row = dict[str, Any]
"""The columns of the table `predictions` by name; a fresh one may also have `calendar_warning`, which is not stored."""


def build_row(
    request: CodesRequest | DateRequest,
    predictor: Predictor,
    now: datetime,
    prediction_id: UUID | None = None,
    trace_id: str | None = None,
) -> Row:
    """Predict at `now` (UTC) and build the row; `prediction_id` is a new id if None.

    Raises:
        BadInputError: this model cannot answer the request.
    """
    if isinstance(request, DateRequest):
        day, codes = request.Date, predictor.calendar.codes_of(request.Date)
    else:
        day, codes = None, Codes(request.DayOfWeek, request.Season, request.Holiday)
    estimate = predictor.estimate(codes, day)
    row = {
        "id": prediction_id or new_id(now),
        "DayOfWeek": codes.day_of_week,
        "Season": codes.season,
        "Holiday": codes.holiday,
        "Date": day,
        "prediction": estimate.prediction,
        "level": predictor.level,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "model_version": predictor.version,
        "seen_in_training": estimate.seen,
        "created_at": now,
        "trace_id": trace_id,
    }
    warning = predictor.calendar_in_force.warning if day else None
    return row | {"calendar_warning": warning} if warning else row


def matches_request(row: Mapping[str, Any], request: CodesRequest | DateRequest) -> bool:
    """Whether a stored row answers this very request."""
    if isinstance(request, DateRequest):
        return bool(row["Date"] == request.Date)
    return row["Date"] is None and all(row[name] == code for name, code in request.model_dump().items())


def to_response(row: Mapping[str, Any]) -> Prediction:
    """Build the response of a row, new or stored."""
    return Prediction.model_validate(to_response_dict(row))


def to_traced_response(row: Mapping[str, Any]) -> Prediction:
    """Build the response of a stored row, with the trace id of its request if there is one."""
    trace_id = row["trace_id"]
    response = to_response_dict(row)
    return TracedPrediction(**response, trace_id=trace_id) if trace_id else Prediction(**response)


def to_response_dict(row: Mapping[str, Any]) -> dict[str, Any]:
    """Build the response as a dict without validation, in the order of its fields. Use it for many rows."""
    fields = dict(zip(_SHARED, _SHARED_VALUES(row), strict=True))
    fields["interval"] = dict(zip(_LIMITS, _LIMIT_VALUES(row), strict=True))
    fields["calendar_warning"] = row.get("calendar_warning")
    return fields
