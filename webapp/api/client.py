"""Asks the API. Every way in which HTTP can fail leaves here as one `ApiError`."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from webapp.errors import ApiError, Failure, FailureKind, FieldFault

Answer = TypeVar("Answer", bound=BaseModel)

_KIND_OF_STATUS: dict[int, FailureKind] = {
    HTTPStatus.BAD_REQUEST: FailureKind.BAD_INPUT,
    HTTPStatus.UNAUTHORIZED: FailureKind.REFUSED,
    HTTPStatus.FORBIDDEN: FailureKind.REFUSED,
    HTTPStatus.NOT_FOUND: FailureKind.NOT_FOUND,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: FailureKind.BAD_INPUT,
    HTTPStatus.UNPROCESSABLE_ENTITY: FailureKind.BAD_INPUT,
    HTTPStatus.TOO_MANY_REQUESTS: FailureKind.TOO_MANY,
    HTTPStatus.BAD_GATEWAY: FailureKind.UNREACHABLE,
    HTTPStatus.SERVICE_UNAVAILABLE: FailureKind.UNAVAILABLE,
    HTTPStatus.GATEWAY_TIMEOUT: FailureKind.TOO_SLOW,
}
# Where the kind of problem says more than its status, by the end of its `type`.
_KIND_OF_PROBLEM = {
    kind.value: kind
    for kind in (
        FailureKind.NO_MODEL,
        FailureKind.DATES_ONLY,
        FailureKind.NO_EVALUATION,
        FailureKind.MLFLOW_AWAY,
        FailureKind.PIPELINE_AWAY,
    )
}


# servers close a connection that was idle for five seconds, and a question sent into the closing is lost
CONNECTION_LIMITS = httpx.Limits(keepalive_expiry=2)


def connect(api_url: str, timeout: float, key: str | None = None) -> httpx.Client:
    """A connection pool to the API. `timeout` in seconds, for each of connecting, sending and waiting."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    # trust_env=False: a proxy set for the internet must not stand between two processes of one system.
    return httpx.Client(base_url=api_url, timeout=timeout, headers=headers, trust_env=False, limits=CONNECTION_LIMITS)


@dataclass(frozen=True)
class ApiClient:
    """The way to the API, over any `httpx.Client` whose base URL it is. The calls stand in `webapp/api`."""

    http: httpx.Client

    def request(self, answer: type[Answer], method: str, path: str, **request: Any) -> Answer:
        """Send a request (`request` as `httpx.Client.request` takes it) and read its answer. Raises ApiError."""
        with _as_api_error():
            response = self.http.request(method, path, **request)
        if response.status_code not in {HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.ACCEPTED}:
            raise ApiError(_parse_failure(response))
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise ApiError(Failure(FailureKind.BROKEN, response.status_code)) from error

    @contextmanager
    def stream(self, method: str, path: str, **request: Any) -> Iterator[httpx.Response]:
        """Send a request whose answer (a 200) is read piece by piece. Raises ApiError, also while it is read."""
        with _as_api_error(), self.http.stream(method, path, **request) as response:
            if response.status_code != HTTPStatus.OK:
                response.read()
                raise ApiError(_parse_failure(response))
            yield response


@contextmanager
def _as_api_error() -> Iterator[None]:
    try:
        yield
    except httpx.TimeoutException as error:
        raise ApiError(Failure(FailureKind.TOO_SLOW)) from error
    except httpx.DecodingError as error:
        raise ApiError(Failure(FailureKind.BROKEN)) from error
    except httpx.RequestError as error:
        raise ApiError(Failure(FailureKind.UNREACHABLE)) from error


def _parse_failure(response: httpx.Response) -> Failure:
    problem = _parse_problem(response)
    kind = _KIND_OF_PROBLEM.get(
        problem.type.rpartition("/")[-1], _KIND_OF_STATUS.get(response.status_code, FailureKind.BROKEN)
    )
    faults = tuple(FieldFault(**each.model_dump()) for each in problem.errors)
    wait = response.headers.get("Retry-After", "")  # seconds; a date, which a proxy may send, is not told
    return Failure(kind, response.status_code, faults, int(wait) if re.fullmatch(r"\d{1,5}", wait) else None)


class _FieldError(BaseModel):
    field: str
    message: str
    row: int | None = None
    code: str | None = None


class _Problem(BaseModel):
    """The parts of a problem document (RFC 9457) that the page reads."""

    type: str = "about:blank"
    errors: tuple[_FieldError, ...] = ()


def _parse_problem(response: httpx.Response) -> _Problem:
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:  # a proxy's HTML page, or nothing: the status alone must do
        return _Problem()
