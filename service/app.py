"""Makes the API from its settings: wires the parts, and starts and stops them with the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.types import ASGIApp

from domain.calendar import Overrides
from service import __version__
from service.api import batches, docs, forecast, model, predictions
from service.api import history as registry_routes
from service.api.request_body import reject_encoded_body
from service.clients.mlflow_lineage import Lineage
from service.clients.mlflow_registry import ModelRegistry
from service.clients.prefect import Pipeline
from service.dependencies import Parts
from service.errors import NoModelError
from service.fast_path.middleware import HotPath
from service.http_clients import Neighbours, neighbours
from service.middleware.access import HEADERS, AccessMiddleware
from service.middleware.head_requests import HeadMiddleware
from service.middleware.proxy_headers import ProxyHeaders
from service.model_loading.manager import Champions
from service.problems import problem_details
from service.security.rate_limit import RateLimiter
from service.settings import Settings
from service.storage.backend import connect
from service.storage.history import History
from service.telemetry.metrics import Metrics
from service.telemetry.request_metrics import count_unrouted, counting
from service.telemetry.tracing import tracing

_HANDLERS = (
    predictions.predict,
    predictions.model,
    forecast.days,
    forecast.inputs,
    predictions.health,
    predictions.ready,
    predictions.metrics,
    registry_routes.registry,
    registry_routes.summary,
    registry_routes.export,
    registry_routes.one_prediction,
    model.versions,
    model.evaluation,
    model.retrain,
    model.rollback,
    model.run,
    docs.swagger,
    docs.home,
)
_OPENING_SECONDS = 5
_READING_SECONDS = 15
"""To read a model takes longer than to open a history, and a machine that starts a stack is busy."""


class Api(Litestar):
    """The application, the hot path in front of it, and the doors in front of both."""

    front: ASGIApp | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        await (self.front or super().__call__)(scope, receive, send)

    def put_in_front(self, settings: Settings, parts: Parts, shared: Path | None) -> None:
        """Let nobody in who may not, then let the hot path answer first; where all may come in, it stands outside."""
        keys = settings.keys
        guarded = keys or settings.api_rate_limit
        framework = HeadMiddleware(super().__call__)
        doors = AccessMiddleware(
            HotPath(framework, parts) if guarded else framework,
            keys,
            settings.api_patience_seconds,
            RateLimiter(settings.api_rate_limit, shared=shared and shared / "limits")
            if settings.api_rate_limit
            else None,
            preflights=settings.api_allowed_origins is not None,
        )
        front = doors if guarded else HotPath(doors, parts, HEADERS)
        # who asks matters to the limit only
        limited = settings.api_proxies and settings.api_rate_limit
        self.front = ProxyHeaders(front, settings.api_proxies or "") if limited else front


def create_app(settings: Settings, shared: Path | None = None) -> Litestar:
    """The API. Nothing is opened, read or written before a server starts it, but what processes share.

    `shared` is the folder in which several processes of one API count together: see `Metrics` and `RateLimiter`.
    """
    beside = neighbours(settings)
    parts = _parts(settings, beside, Metrics(shared))
    app = Api(
        route_handlers=[*_HANDLERS, batches.router(settings.api_upload_limit), docs.assets()],
        dependencies={
            "parts": Provide(lambda: parts, sync_to_thread=False),
            "chosen": Provide(registry_routes.filters),
        },
        lifespan=[
            partial(_running, beside=beside, parts=parts, poll_seconds=settings.api_poll_seconds),
            *([partial(_traced, collector=settings.api_traces_url)] if settings.api_traces_url else []),
        ],
        guards=[reject_encoded_body],
        middleware=[counting().middleware],
        after_exception=[count_unrouted],
        cors_config=_cors(settings.api_allowed_origins),
        openapi_config=docs.openapi(__version__, locked=bool(settings.keys)),
        plugins=[problem_details()],
        request_max_body_size=settings.api_body_limit,
        logging_config=None,
    )
    app.put_in_front(settings, parts, shared)
    return app


def _cors(origins: str | None) -> CORSConfig | None:
    if origins is None:
        return None
    allowed = ["authorization", "content-type", "idempotency-key"]
    return CORSConfig(allow_origins=origins.split(), allow_methods=["GET", "POST"], allow_headers=allowed)


def _parts(settings: Settings, beside: Neighbours, metrics: Metrics) -> Parts:
    database = connect(settings.database_url, settings.api_database_timeout_seconds)
    overrides = Overrides(settings.holidays_country, settings.hemisphere, settings.sundays_are_holidays)
    history = History(database, settings.api_waiting_limit, metrics, timedelta(hours=settings.api_idempotency_hours))
    champions = Champions(ModelRegistry(beside.mlflow), settings.state, overrides)
    metrics.watch("waiting", "Predictions that wait for a commit", lambda: history.waiting, "livesum")
    metrics.watch("model_age_seconds", "Since the champion was trained", lambda: _age(champions), "livemostrecent")
    lineage, pipeline = Lineage(beside.mlflow, settings.links), Pipeline(beside.prefect, settings.links)
    return Parts(champions, history, metrics, lineage, pipeline)


def _age(champions: Champions) -> float:
    try:
        return (datetime.now(UTC) - champions.current.trained_at).total_seconds()
    except NoModelError:
        return float("nan")


@asynccontextmanager
async def _traced(app: Litestar, collector: str) -> AsyncIterator[None]:
    if isinstance(app, Api) and app.front:
        async with tracing(app.front, collector, __version__) as app.front:
            yield


@asynccontextmanager
async def _running(_: Litestar, beside: Neighbours, parts: Parts, poll_seconds: float) -> AsyncIterator[None]:
    parts.champions.start()
    following = asyncio.create_task(parts.champions.follow(poll_seconds))
    opening = asyncio.create_task(parts.history.open())
    looking = asyncio.create_task(parts.champions.ready.wait())
    # A history that is there is open before the first request, and a new replica has the champion; what is not there
    # keeps nobody from starting.
    await asyncio.gather(
        asyncio.wait({opening}, timeout=_OPENING_SECONDS), asyncio.wait({looking}, timeout=_READING_SECONDS)
    )
    try:
        yield
    finally:
        for task in (following, opening, looking):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await parts.history.close()
        await beside.aclose()
