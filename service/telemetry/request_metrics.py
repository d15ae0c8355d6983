"""Counts requests by route, status and duration for Prometheus. Knows ASGI and Litestar's scope, no prediction.

Litestar's own middleware looks up each label anew and copies the functions of every response, which takes longer than
to answer `/health`.
"""

from bisect import bisect_left
from collections.abc import Mapping
from functools import lru_cache
from http import HTTPStatus
from time import perf_counter
from typing import Any

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Receive, Scope, Send
from prometheus_client import Counter, Gauge, Histogram

from service.problems import problem_of

NO_ROUTE = "(none)"
"""The path of requests that reach no route: the address is unknown, or access was refused."""
COUNTS_ITSELF = "counts_itself"
"""Set in the `opt` of a handler whose responses a `RouteCounter` counts."""
# prometheus_client's own begin at 5 ms, in which a hundred predictions are answered.
_BUCKET_SECONDS = (
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
)
_LABELS = ("method", "path", "status_code", "app_name")
_REQUESTS = Counter("steam_sales_requests_total", "Total requests", _LABELS)
_ERRORS = Counter("steam_sales_requests_error_total", "Total errors in requests", _LABELS)
_SECONDS = Histogram(
    "steam_sales_request_duration_seconds", "Request duration, in seconds", _LABELS, buckets=_BUCKET_SECONDS
)
_IN_PROGRESS = Gauge(
    "steam_sales_requests_in_progress", "Total requests currently in progress", _LABELS, multiprocess_mode="livesum"
)
_MAX_CACHED_LABELS = 1_024


class RequestMetrics:
    """A middleware behind Litestar's router that counts the responses of every route that does not count itself."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != ScopeType.HTTP or COUNTS_ITSELF in scope["route_handler"].opt:
            await self._app(scope, receive, send)
            return
        method, path = scope["method"], scope["path_template"]
        in_progress, started = _in_progress(method, path), perf_counter()
        response = _Response(receive, send)
        in_progress.inc()
        try:
            await self._app(scope, response.receive, response.send)
        finally:
            in_progress.dec()
            count_response(method, path, response.status, perf_counter() - started)


class _Response:
    """Notes the status of a response. A request that times out is 408 while the client is awaited, else 503."""

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send
        self.status: int = HTTPStatus.SERVICE_UNAVAILABLE

    async def receive(self) -> Any:
        answered, self.status = self.status, HTTPStatus.REQUEST_TIMEOUT
        message = await self._receive()
        self.status = answered
        return message

    async def send(self, message: Any) -> None:
        self.status = message.get("status", self.status)
        await self._send(message)


class RouteCounter:
    """Counts the responses of one route. Those of status 200 are added up here, and counted by `flush`.

    That takes a quarter of a microsecond for each, where prometheus_client takes one to two.
    """

    def __init__(self, method: str, path: str) -> None:
        self._method, self._path = method, path
        self._requests, self._latency = _children(method, path, 200)
        self._reset()

    def record(self, status: int, seconds: float) -> None:
        """Add a response that took so many seconds."""
        if status == HTTPStatus.OK:
            self._counts[bisect_left(_BUCKET_SECONDS, seconds)] += 1
            self._total_seconds += seconds
        else:
            count_response(self._method, self._path, status, seconds)

    def flush(self) -> None:
        """Count what was added since the last time; call it before anybody reads the counters."""
        if not any(self._counts):
            return
        counts, seconds = self._counts, self._total_seconds
        self._reset()
        self._requests.inc(sum(counts))
        # What `observe` does, for many at once; for that the library has no other name.
        self._latency._sum.inc(seconds)  # noqa: SLF001
        for bucket, number in zip(self._latency._buckets, counts, strict=True):  # noqa: SLF001
            bucket.inc(number)

    def _reset(self) -> None:
        self._counts = [0] * (len(_BUCKET_SECONDS) + 1)
        self._total_seconds = 0.0


def count_response(method: str, path: str, status: int, seconds: float) -> None:
    """Count one response of a route."""
    requests, latency = _children(method, path, status)
    requests.inc()
    latency.observe(seconds)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _ERRORS.labels(*_label_values(method, path, status)).inc()


def count_refused(error: Exception, scope: Mapping[str, Any]) -> None:
    """Count a request that reaches no route, without a duration."""
    _REQUESTS.labels(*_label_values(scope["method"], NO_ROUTE, problem_of(error).status_code)).inc()


async def count_unrouted(error: Exception, scope: Scope) -> None:
    """Count an error that Litestar's router raised, before `RequestMetrics`."""
    if scope["type"] == ScopeType.HTTP and "path_template" not in scope:
        count_refused(error, scope)


@lru_cache(_MAX_CACHED_LABELS)
def _children(method: str, path: str, status: int) -> tuple[Counter, Histogram]:
    values = _label_values(method, path, status)
    return _REQUESTS.labels(*values), _SECONDS.labels(*values)


@lru_cache(_MAX_CACHED_LABELS)
def _in_progress(method: str, path: str) -> Gauge:
    return _IN_PROGRESS.labels(*_label_values(method, path, 200))


def _label_values(method: str, path: str, status: int) -> tuple[str, str, int, str]:
    return method, path, int(status), "api"
