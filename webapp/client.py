"""Asks the API. Every way in which HTTP can fail leaves here as one `ApiError`."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeVar

import httpx
from pydantic import BaseModel, ValidationError

from webapp.contract import Champion, HistoryPage, Prediction, Question
from webapp.failures import ApiError, Failure, FailureKind, FieldFault

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


# servers close a connection that was idle for five seconds, and a question sent into the closing is lost
FRESH = httpx.Limits(keepalive_expiry=2)


def connect(api_url: str, timeout: float, key: str | None = None) -> httpx.Client:
    """A connection pool to the API. `timeout` in seconds, for each of connecting, sending and waiting."""
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    # trust_env=False: a proxy set for the internet must not stand between two processes of one system.
    return httpx.Client(base_url=api_url, timeout=timeout, headers=headers, trust_env=False, limits=FRESH)


@dataclass(frozen=True)
class ApiClient:
    """The calls that the pages make, over any `httpx.Client` whose base URL is the API."""

    http: httpx.Client

    def predict(self, question: Question) -> Prediction:
        """Ask for a prediction, which the API stores. Raises ApiError."""
        return self._ask(Prediction, "POST", "/predict/", json=question.model_dump(by_alias=True))

    def history(self, limit: int, cursor: str | None = None) -> HistoryPage:
        """Read up to `limit` stored predictions, newest first, from `cursor` on. Raises ApiError."""
        params = {"limit": str(limit)} | ({"cursor": cursor} if cursor else {})
        return self._ask(HistoryPage, "GET", "/registry/", params=params)

    def champion(self) -> Champion:
        """Read which model serves. Raises ApiError, of kind NO_MODEL before the first training."""
        return self._ask(Champion, "GET", "/model")

    def _ask(self, answer: type[Answer], method: str, path: str, **request: Any) -> Answer:
        response = self._send(method, path, **request)
        if response.status_code != HTTPStatus.OK:
            raise ApiError(_failure_in(response))
        try:
            return answer.model_validate_json(response.content)
        except ValidationError as error:
            raise ApiError(Failure(FailureKind.BROKEN, response.status_code)) from error

    def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        try:
            return self.http.request(method, path, **request)
        except httpx.TimeoutException as error:
            raise ApiError(Failure(FailureKind.TOO_SLOW)) from error
        except httpx.DecodingError as error:
            raise ApiError(Failure(FailureKind.BROKEN)) from error
        except httpx.RequestError as error:
            raise ApiError(Failure(FailureKind.UNREACHABLE)) from error


def _failure_in(response: httpx.Response) -> Failure:
    problem = _problem_in(response)
    kind = _KIND_OF_STATUS.get(response.status_code, FailureKind.BROKEN)
    if kind is FailureKind.UNAVAILABLE and problem.type.endswith("/no-model"):
        kind = FailureKind.NO_MODEL
    return Failure(kind, response.status_code, tuple(FieldFault(e.field, e.message) for e in problem.errors))


class _FieldError(BaseModel):
    field: str
    message: str


class _Problem(BaseModel):
    """The parts of a problem document (RFC 9457) that the page reads."""

    type: str = "about:blank"
    errors: tuple[_FieldError, ...] = ()


def _problem_in(response: httpx.Response) -> _Problem:
    try:
        return _Problem.model_validate_json(response.content)
    except ValidationError:  # a proxy's HTML page, or nothing: the status alone must do
        return _Problem()
