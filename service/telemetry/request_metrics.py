"""How requests are counted, by Litestar and for what never reaches it; knows no prediction."""

from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from http import HTTPStatus
from typing import Any

from litestar.enums import ScopeType
from litestar.plugins.prometheus import PrometheusConfig, PrometheusMiddleware
from litestar.types import Method, Receive, Scope, Send

from service.problems import problem_of

NO_ROUTE = "(none)"
"""The path of what no route saw: an address that is not known, or a request that the doors refused."""
COUNTS_ITSELF = "counts_itself"
"""Set in the `opt` of a handler whose responses a `RouteCounter` counts."""
# The library's own begin at 5 ms, in which a hundred predictions are answered.
_BUCKETS: list[str | float] = [
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
]


def metrics_config() -> PrometheusConfig:
    """How Litestar counts requests and their latency."""
    return PrometheusConfig(
        app_name="api",
        prefix="steam_sales",
        group_path=True,
        buckets=_BUCKETS,
        middleware_class=_RequestMetrics,
        exclude_opt_key=COUNTS_ITSELF,
    )


class _RequestMetrics(PrometheusMiddleware):
    """Counts a request that ends without an answer as what the doors tell it; Litestar takes it for 200."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        ending = _TimeoutStatus(receive, send)
        await super().__call__(scope, ending.receive, ending)

    def _get_wrapped_send(self, send: Any, request_span: dict[str, float]) -> Any:
        send.span = request_span
        request_span["status_code"] = HTTPStatus.SERVICE_UNAVAILABLE
        return super()._get_wrapped_send(send, request_span)


class _TimeoutStatus:
    """What to call it if it ended now: too slow is the client while it is waited for, and the service after."""

    span: dict[str, float]

    def __init__(self, receive: Receive, send: Send) -> None:
        self._receive, self._send = receive, send

    async def receive(self) -> Any:
        answered = self.span["status_code"]
        self.span["status_code"] = HTTPStatus.REQUEST_TIMEOUT
        message = await self._receive()
        self.span["status_code"] = answered
        return message

    async def __call__(self, message: Any) -> None:
        await self._send(message)


class RouteCounter:
    """Counts the responses of one route that Litestar's middleware does not see.

    Those of status 200 are added up here and counted by `flush`: that takes a quarter of a microsecond for each, where
    prometheus_client takes one to two.
    """

    def __init__(self, method: Method, path: str) -> None:
        self._method, self._path = method, path
        labels = _labels(method, path, 200)
        self._requests = _middleware().request_count(labels).labels(*labels.values())
        self._latency = _middleware().request_time(labels).labels(*labels.values())
        self._bounds = [float(bound) for bound in _BUCKETS]
        self._reset()

    def record(self, status: int, seconds: float) -> None:
        """Add a response that took so many seconds."""
        if status == HTTPStatus.OK:
            self._counts[bisect_left(self._bounds, seconds)] += 1
            self._seconds += seconds
        else:
            _count(_labels(self._method, self._path, status), seconds)

    def flush(self) -> None:
        """Count what was added since the last time; call it before anybody reads the counters."""
        if not any(self._counts):
            return
        counts, seconds = self._counts, self._seconds
        self._reset()
        self._requests.inc(sum(counts))
        # What `observe` does, for many at once; for that the library has no other name.
        self._latency._sum.inc(seconds)  # noqa: SLF001
        for bucket, number in zip(self._latency._buckets, counts, strict=True):  # noqa: SLF001
            bucket.inc(number)

    def _reset(self) -> None:
        self._counts = [0] * (len(self._bounds) + 1)
        self._seconds = 0.0


def _count(labels: dict[str, str | int | float], seconds: float) -> None:
    """Count one response as Litestar's middleware does."""
    if int(labels["status_code"]) >= HTTPStatus.INTERNAL_SERVER_ERROR:
        _middleware().requests_error_count(labels).labels(*labels.values()).inc()
    _middleware().request_count(labels).labels(*labels.values()).inc()
    _middleware().request_time(labels).labels(*labels.values()).observe(seconds)


def count_refused(error: Exception, scope: Mapping[str, Any]) -> None:
    """Counts a request that no route saw, there too; it took no time worth telling."""
    labels = _labels(scope["method"], NO_ROUTE, problem_of(error).status_code)
    _middleware().request_count(labels).labels(*labels.values()).inc()


async def count_unrouted(error: Exception, scope: Scope) -> None:
    """The same, told of every error by Litestar, whose own count begins behind its router."""
    if scope["type"] == ScopeType.HTTP and "path_template" not in scope:
        count_refused(error, scope)


@cache
def _middleware() -> PrometheusMiddleware:
    async def nowhere(*_: object) -> None: ...

    return PrometheusMiddleware(nowhere, metrics_config())


def _labels(method: str, path: str, status: int) -> dict[str, str | int | float]:
    return {"method": method, "path": path, "status_code": status, "app_name": "api"}
