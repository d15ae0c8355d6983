"""Turns errors into problem details (RFC 9457); the only place where errors get an HTTP status."""

import logging
import re
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
    CheckNotFoundError,
    CrossSiteError,
    DatesOnlyError,
    EncodedBodyError,
    EvaluationNotFoundError,
    FieldError,
    ForbiddenError,
    HeadersTooLongError,
    HistoryUnavailableError,
    KeyMissingError,
    KeyReusedError,
    NoModelError,
    NotHttpError,
    PipelineUnavailableError,
    PredictionNotFoundError,
    RegistryUnavailableError,
    RunNotFoundError,
    TableNotFoundError,
    TooManyRequestsError,
    TooSlowError,
)

_MISSING_PARAMETER = re.compile(r"^Missing required \w+ parameter '([\w-]+)'")
_log = logging.getLogger(__name__)
_RETRY = {"Retry-After": "5"}
# Litestar reports parameters by the names in its handlers; clients know them by these.
_PARAMETER_NAMES = {
    "day_of_week": "DayOfWeek",
    "season": "Season",
    "holiday": "Holiday",
    "form": "format",
    "key": "Idempotency-Key",
    "data": "body",
}
_MEDIA_TYPE = "application/problem+json"
_CLIENT_DISCONNECTED = "client disconnected prematurely"
"""Litestar's message, which it treats as a fault of the service. No client reads the response, but it is counted."""
_BAD_INPUT = "The request is not valid"
ProblemBuilder = Callable[[Any], ProblemDetailsException]


def _problem(
    status: int, kind: str, title: str, detail: str = "", headers: dict[str, str] | None = None
) -> ProblemBuilder:
    """Make a builder that uses the error's own message, or `detail` if that message is for the log."""

    def build(error: Exception) -> ProblemDetailsException:
        return ProblemDetailsException(
            status_code=status, type_=f"/problems/{kind}", title=title, detail=detail or str(error), headers=headers
        )

    return build


def _by_status(status: int, headers: dict[str, str] | None = None) -> ProblemBuilder:
    """Make a builder for errors that the status describes."""

    def build(error: Exception) -> ProblemDetailsException:
        title = HTTPStatus(status).phrase
        return ProblemDetailsException(
            status_code=status, type_="about:blank", title=title, detail=str(error), headers=headers
        )

    return build


def _bad_input(error: BadInputError) -> ProblemDetailsException:
    return ProblemDetailsException(
        status_code=400,
        type_="/problems/bad-input",
        title=_BAD_INPUT,
        detail=str(error),
        extra={"errors": [_field_error_dict(fault) for fault in error.errors]},
    )


def _field_error_dict(fault: FieldError) -> dict[str, Any]:
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
        return _bad_input(
            BadInputError([_to_field_error(item) for item in error.extra or []] or _missing(error.detail))
        )
    if isinstance(error, InternalServerException) and error.detail == _CLIENT_DISCONNECTED:
        return _bad_input(BadInputError([FieldError("body", "the client disconnected before its end")]))
    return ProblemDetailsException(
        status_code=error.status_code,
        type_="about:blank",
        title=HTTPStatus(error.status_code).phrase,
        detail=error.detail or HTTPStatus(error.status_code).phrase,
        headers=error.headers,
    )


def _missing(detail: str) -> list[FieldError]:
    """Litestar names a missing parameter in its sentence only."""
    return [FieldError(name, "is missing") for name in _MISSING_PARAMETER.findall(detail)]


def _to_field_error(item: Any) -> FieldError:
    if isinstance(item, Mapping):
        key = str(item.get("key", "request"))
        message = str(item.get("message", "is not valid"))
        # Litestar's message for a missing body
        return FieldError(_PARAMETER_NAMES.get(key, key), "is missing: send JSON" if message == "'data'" else message)
    return FieldError("request", str(item))


def _unexpected(error: Exception) -> ProblemDetailsException:
    _log.error("a request failed unexpectedly", exc_info=error)
    return ProblemDetailsException(
        status_code=500,
        type_="/problems/unexpected",
        title="The service failed",
        detail="This is a fault of the service, not of the request. See the service's log.",
    )


_HISTORY_UNAVAILABLE = (
    "Nothing was stored: send the request again in a moment. If this lasts, check that the disk is not full and the "
    "database runs; the service's log says what failed."
)
_MLFLOW_UNAVAILABLE = (
    "Predictions still work. Check that MLflow runs (`make up`) and send the request again; see the service's log."
)
_BUILDERS: dict[type[Exception], ProblemBuilder] = {
    BadInputError: _bad_input,
    NoModelError: _problem(503, "no-model", "No model yet", headers=_RETRY),
    HistoryUnavailableError: _problem(
        503, "history-unavailable", "The history cannot be written or read", _HISTORY_UNAVAILABLE, _RETRY
    ),
    RegistryUnavailableError: _problem(
        503, "mlflow-unavailable", "MLflow does not answer", _MLFLOW_UNAVAILABLE, _RETRY
    ),
    PipelineUnavailableError: _problem(503, "pipeline-unavailable", "The pipeline is not available", headers=_RETRY),
    PredictionNotFoundError: _problem(404, "no-such-prediction", "No such prediction"),
    EvaluationNotFoundError: _problem(404, "no-evaluation", "No evaluation is stored"),
    TableNotFoundError: _problem(404, "no-such-table", "No such table"),
    CheckNotFoundError: _problem(404, "no-such-check", "No such check"),
    RunNotFoundError: _problem(404, "no-such-run", "No such run"),
    KeyReusedError: _problem(422, "key-reused", "The idempotency key belongs to another request"),
    KeyMissingError: _problem(401, "key-missing", "An API key is needed", headers={"WWW-Authenticate": "Bearer"}),
    ForbiddenError: _problem(403, "forbidden", "The API key does not open this"),
    CrossSiteError: _problem(403, "from-elsewhere", "Cross-site request refused"),
    BodyTooLargeError: _by_status(413),
    EncodedBodyError: _by_status(415, headers={"Accept-Encoding": "identity"}),
    NotHttpError: _problem(400, "no-http", "The request is not HTTP"),
    HeadersTooLongError: _problem(431, "head-too-long", "The headers are too long"),
    TooManyRequestsError: _too_many,
    TooSlowError: _too_slow,
    DatesOnlyError: _problem(409, "dates-only", "The model answers by date only"),
    HTTPException: _http,
    Exception: _unexpected,
}


def problem_of(error: Exception) -> ProblemDetailsException:
    """Return the problem that describes an error."""
    return next(_BUILDERS[kind] for kind in type(error).mro() if kind in _BUILDERS)(error)


def problem_content(problem: ProblemDetailsException) -> dict[str, Any]:
    """Return the JSON members of a problem."""
    return {
        "status": problem.status_code,
        "type": problem.type_,
        "title": problem.title,
        "detail": problem.detail,
        **(problem.extra if isinstance(problem.extra, dict) else {}),
    }


def problem_response(error: Exception) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Return status, headers and body of an error for code that runs outside the framework."""
    problem = problem_of(error)
    body = json.encode(problem_content(problem))
    headers = {**(problem.headers or {}), "Content-Type": _MEDIA_TYPE, "Content-Length": str(len(body))}
    return problem.status_code, [(name.lower().encode(), value.encode()) for name, value in headers.items()], body


def problem_details() -> ProblemDetailsPlugin:
    """Make the plugin that answers every exception with a problem."""
    return ProblemDetailsPlugin(ProblemDetailsConfig(exception_to_problem_detail_map=_BUILDERS))
