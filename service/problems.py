"""Tells what went wrong over HTTP, as problem details (RFC 9457); the one place where errors get a status."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from litestar.exceptions import HTTPException, InternalServerException, ValidationException
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsException, ProblemDetailsPlugin
from msgspec import json

from service.errors import (
    BadInputError,
    BodyTooLargeError,
    DatesOnlyError,
    EncodedBodyError,
    FieldError,
    ForbiddenError,
    FromElsewhereError,
    HeadTooLongError,
    HistoryUnavailableError,
    KeyMissingError,
    KeyReusedError,
    NoEvaluationError,
    NoModelError,
    NoSuchPredictionError,
    NoSuchRunError,
    NotHttpError,
    PipelineUnavailableError,
    RegistryUnavailableError,
    TooManyRequestsError,
    TooSlowError,
)

_log = logging.getLogger(__name__)
_RETRY = {"Retry-After": "5"}
# Litestar names a parameter as its handler does; whoever sent it knows it by another name.
_SENT_AS = {
    "day_of_week": "DayOfWeek",
    "season": "Season",
    "holiday": "Holiday",
    "form": "format",
    "key": "Idempotency-Key",
    "data": "body",
}
_MEDIA_TYPE = "application/problem+json"
_LEFT = "client disconnected prematurely"
"""Litestar's words, which it takes for a fault of the service; nobody is there to be told, but it is counted."""
_BAD_INPUT = "The request is not valid"
Teller = Callable[[Any], ProblemDetailsException]


def _told(status: int, kind: str, title: str, detail: str = "", headers: dict[str, str] | None = None) -> Teller:
    """Tells an error in its own words, or in `detail` where those are for the log."""

    def tell(error: Exception) -> ProblemDetailsException:
        return ProblemDetailsException(
            status_code=status, type_=f"/problems/{kind}", title=title, detail=detail or str(error), headers=headers
        )

    return tell


def _by_status(status: int, headers: dict[str, str] | None = None) -> Teller:
    """Tells an error whose kind the status says."""

    def tell(error: Exception) -> ProblemDetailsException:
        title = HTTPStatus(status).phrase
        return ProblemDetailsException(
            status_code=status, type_="about:blank", title=title, detail=str(error), headers=headers
        )

    return tell


def _bad_input(error: BadInputError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=400,
        type_="/problems/bad-input",
        title=_BAD_INPUT,
        detail=str(error),
        extra={"errors": [_fault_told(fault) for fault in error.errors]},
    )


def _fault_told(fault: FieldError) -> dict[str, Any]:
    return {name: value for name, value in asdict(fault).items() if value is not None}


def _too_many(error: TooManyRequestsError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=429,
        type_="/problems/too-many-requests",
        title="Too many requests",
        detail=str(error),
        headers={"Retry-After": str(error.seconds)},
    )


def _too_slow(error: TooSlowError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=408 if error.of_client else 503,
        type_="/problems/too-slow",
        title="It took too long",
        detail=str(error),
        headers={"Connection": "close"} if error.of_client else _RETRY,
    )


def _http(error: HTTPException) -> ProblemDetailsException:
    if isinstance(error, ValidationException):
        return _bad_input(BadInputError([_fault(fault) for fault in error.extra or []]))
    if isinstance(error, InternalServerException) and error.detail == _LEFT:
        return _bad_input(BadInputError([FieldError("body", "ended before its end: whoever sent it has left")]))
    return ProblemDetailsException(
        status_code=error.status_code,
        type_="about:blank",
        title=HTTPStatus(error.status_code).phrase,
        detail=error.detail or HTTPStatus(error.status_code).phrase,
        headers=error.headers,
    )


def _fault(fault: Any) -> FieldError:
    if isinstance(fault, Mapping):
        key = str(fault.get("key", "request"))
        message = str(fault.get("message", "is not valid"))
        # what Litestar says of a body that was left out
        return FieldError(_SENT_AS.get(key, key), "is missing: send JSON" if message == "'data'" else message)
    return FieldError("request", str(fault))


def _unexpected(error: Exception) -> ProblemDetailsException:
    _log.error("a request failed unexpectedly", exc_info=error)
    return ProblemDetailsException(
        status_code=500,
        type_="/problems/unexpected",
        title="The service failed",
        detail="This is a fault of the service, not of the request. Its log says what happened.",
    )


_HISTORY_AWAY = (
    "Nothing was stored, ask again in a moment. If it lasts, look whether the disk is full and the database runs; "
    "the service's log says what failed."
)
_MLFLOW_AWAY = "Predictions go on. See whether MLflow runs (`make up`), then ask again; the service's log says more."
_TELLERS: dict[type[Exception], Teller] = {
    BadInputError: _bad_input,
    NoModelError: _told(503, "no-model", "No model yet", headers=_RETRY),
    HistoryUnavailableError: _told(
        503, "history-unavailable", "The history cannot be written or read", _HISTORY_AWAY, _RETRY
    ),
    RegistryUnavailableError: _told(503, "mlflow-unavailable", "MLflow does not answer", _MLFLOW_AWAY, _RETRY),
    PipelineUnavailableError: _told(503, "pipeline-unavailable", "The pipeline cannot be asked", headers=_RETRY),
    NoSuchPredictionError: _told(404, "no-such-prediction", "No such prediction"),
    NoEvaluationError: _told(404, "no-evaluation", "No evaluation was kept"),
    NoSuchRunError: _told(404, "no-such-run", "No such run"),
    KeyReusedError: _told(422, "key-reused", "The idempotency key is taken"),
    KeyMissingError: _told(401, "key-missing", "An API key is needed", headers={"WWW-Authenticate": "Bearer"}),
    ForbiddenError: _told(403, "forbidden", "The API key does not open this"),
    FromElsewhereError: _told(403, "from-elsewhere", "Another site asks"),
    BodyTooLargeError: _by_status(413),
    EncodedBodyError: _by_status(415, headers={"Accept-Encoding": "identity"}),
    NotHttpError: _told(400, "no-http", "The request is no HTTP"),
    HeadTooLongError: _told(431, "head-too-long", "The headers are too long"),
    TooManyRequestsError: _too_many,
    TooSlowError: _too_slow,
    DatesOnlyError: _told(409, "dates-only", "The model answers by date only"),
    HTTPException: _http,
    Exception: _unexpected,
}


def problem_of(error: Exception) -> ProblemDetailsException:
    """How an error is told."""
    return next(_TELLERS[kind] for kind in type(error).mro() if kind in _TELLERS)(error)


def content_of(problem: ProblemDetailsException) -> dict[str, Any]:
    """A problem as it is sent."""
    return {
        "status": problem.status_code,
        "type": problem.type_,
        "title": problem.title,
        "detail": problem.detail,
        **(problem.extra if isinstance(problem.extra, dict) else {}),
    }


def raw(error: Exception) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Status, headers and body of an error, where no framework tells it."""
    problem = problem_of(error)
    body = json.encode(content_of(problem))
    headers = {**(problem.headers or {}), "Content-Type": _MEDIA_TYPE, "Content-Length": str(len(body))}
    return problem.status_code, [(name.lower().encode(), value.encode()) for name, value in headers.items()], body


def problem_details() -> ProblemDetailsPlugin:
    """The plugin that answers every exception with a problem."""
    return ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=_TELLERS))
