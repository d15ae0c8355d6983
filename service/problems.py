"""Tells what went wrong over HTTP, as problem details (RFC 9457); the one place where errors get a status."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from litestar.exceptions import HTTPException, ValidationException
from litestar.plugins.problem_details import ProblemDetailsConfig, ProblemDetailsException, ProblemDetailsPlugin
from litestar.types import Send
from msgspec import json

from service.errors import (
    BadInputError,
    FieldError,
    ForbiddenError,
    HistoryUnavailableError,
    KeyMissingError,
    KeyReusedError,
    NoModelError,
    NoSuchPredictionError,
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
}
_MEDIA_TYPE = "application/problem+json"
_BAD_INPUT = "The request is not valid"


def _bad_input(error: BadInputError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=400,
        type_="/problems/bad-input",
        title=_BAD_INPUT,
        detail=str(error),
        extra={"errors": [_told(fault) for fault in error.errors]},
    )


def _told(fault: FieldError) -> dict[str, Any]:
    return {name: value for name, value in asdict(fault).items() if value is not None}


def _no_model(error: NoModelError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=503, type_="/problems/no-model", title="No model yet", detail=str(error), headers=_RETRY
    )


def _history_unavailable(_: HistoryUnavailableError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=503,
        type_="/problems/history-unavailable",
        title="The history cannot be written or read",
        detail="Nothing was stored, ask again in a moment. If it lasts, look whether the disk is full "
        "and the database runs; the service's log says what failed.",
        headers=_RETRY,
    )


def _no_such_prediction(error: NoSuchPredictionError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=404, type_="/problems/no-such-prediction", title="No such prediction", detail=str(error)
    )


def _key_reused(error: KeyReusedError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=422, type_="/problems/key-reused", title="The idempotency key is taken", detail=str(error)
    )


def _key_missing(error: KeyMissingError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=401,
        type_="/problems/key-missing",
        title="An API key is needed",
        detail=str(error),
        headers={"WWW-Authenticate": "Bearer"},
    )


def _forbidden(error: ForbiddenError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=403, type_="/problems/forbidden", title="The API key does not open this", detail=str(error)
    )


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
        return FieldError(_SENT_AS.get(key, key), str(fault.get("message", "is not valid")))
    return FieldError("request", str(fault))


def _unexpected(error: Exception) -> ProblemDetailsException:
    _log.error("a request failed unexpectedly", exc_info=error)
    return ProblemDetailsException(
        status_code=500,
        type_="/problems/unexpected",
        title="The service failed",
        detail="This is a fault of the service, not of the request. Its log says what happened.",
    )


_TELLERS: dict[type[Exception], Callable[[Any], ProblemDetailsException]] = {
    BadInputError: _bad_input,
    NoModelError: _no_model,
    HistoryUnavailableError: _history_unavailable,
    NoSuchPredictionError: _no_such_prediction,
    KeyReusedError: _key_reused,
    KeyMissingError: _key_missing,
    ForbiddenError: _forbidden,
    TooManyRequestsError: _too_many,
    TooSlowError: _too_slow,
    HTTPException: _http,
    Exception: _unexpected,
}


def problem_of(error: Exception) -> ProblemDetailsException:
    """How an error is told."""
    return next(_TELLERS[kind] for kind in type(error).mro() if kind in _TELLERS)(error)


def content_of(problem: ProblemDetailsException) -> dict[str, Any]:
    """A problem as it is sent."""
    return {
        "type": problem.type_,
        "title": problem.title,
        "status": problem.status_code,
        "detail": problem.detail,
        **(problem.extra if isinstance(problem.extra, dict) else {}),
    }


async def raw_problem(error: Exception, send: Send) -> None:
    """Tell an error where no framework does it."""
    problem = problem_of(error)
    body = json.encode(content_of(problem))
    headers = {"Content-Type": _MEDIA_TYPE, "Content-Length": str(len(body)), **(problem.headers or {})}
    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": problem.status_code, "headers": raw})
    await send({"type": "http.response.body", "body": body, "more_body": False})


def problem_details() -> ProblemDetailsPlugin:
    """The plugin that answers every exception with a problem."""
    return ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=_TELLERS))
