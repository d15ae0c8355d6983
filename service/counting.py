"""How requests are counted, by Litestar and for what never reaches it; knows no prediction."""

from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from litestar.enums import ScopeType
from litestar.plugins.prometheus import PrometheusConfig, PrometheusMiddleware
from litestar.types import Method, Scope

from service.problems import problem_of

NO_ROUTE = "(none)"
"""The path of what no route saw: an address that is not known, or a request that the doors refused."""
# The library's own begin at 5 ms, in which a hundred predictions are answered.
_BUCKETS: list[str | float] = [
    *(0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05),
    *(0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 60.0),
]


def counting() -> PrometheusConfig:
    """How Litestar counts requests and their latency."""
    return PrometheusConfig(app_name="api", prefix="steam_sales", group_path=True, buckets=_BUCKETS)


def counter_of(method: Method, path: str) -> Callable[[float], None]:
    """Counts an answer with status 200 that took so many seconds, where Litestar counts its own."""
    labels = _labels(method, path, 200)
    requests = _middleware().request_count(labels).labels(*labels.values())
    latency = _middleware().request_time(labels).labels(*labels.values())

    def count(seconds: float) -> None:
        requests.inc()
        latency.observe(seconds)

    return count


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

    return PrometheusMiddleware(nowhere, counting())


def _labels(method: str, path: str, status: int) -> dict[str, str | int | float]:
    return {"method": method, "path": path, "status_code": status, "app_name": "api"}
