"""How requests are counted, by Litestar and for what never reaches it; knows no prediction."""

from collections.abc import Callable

from litestar.plugins.prometheus import PrometheusConfig, PrometheusMiddleware
from litestar.types import Method

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

    async def nowhere(*_: object) -> None: ...

    middleware = PrometheusMiddleware(nowhere, counting())
    labels: dict[str, str | int | float] = {"method": method, "path": path, "status_code": 200, "app_name": "api"}
    requests = middleware.request_count(labels).labels(*labels.values())
    latency = middleware.request_time(labels).labels(*labels.values())

    def count(seconds: float) -> None:
        requests.inc()
        latency.observe(seconds)

    return count
