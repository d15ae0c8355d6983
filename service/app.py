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
from service.api import batches, docs, forecast, health, model, predictions
from service.api import history as registry_routes
from service.api.parameters import reject_encoded_body
from service.api.predictions import PredictEndpoint, PredictFirst
from service.api.request_body import ApiRequest
from service.clients.mlflow_lineage import MlflowLineage
from service.clients.mlflow_registry import ModelRegistry
from service.clients.prefect import PrefectClient
from service.dependencies import Parts
from service.errors import NoModelError
from service.http_clients import HttpClients, make_clients
from service.middleware.access import AccessMiddleware
from service.middleware.head_requests import HeadMiddleware
from service.middleware.idle_timeout import IdleTimeout
from service.middleware.proxy_headers import ProxyHeaders
from service.middleware.security_headers import SecurityHeaders
from service.model_loading.manager import ModelManager
from service.problems import problem_details
from service.security.rate_limit import RateLimiter
from service.settings import Settings
from service.storage.backend import connect
from service.storage.history import History
from service.telemetry.metrics import Metrics
from service.telemetry.request_metrics import count_unrouted, counting
from service.telemetry.tracing import SpanExporter, TraceMiddleware

_HANDLERS = (
    predictions.predict,
    model.model,
    forecast.days,
    forecast.inputs,
    health.health,
    health.ready,
    health.metrics,
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
    """The framework's application, with middleware in front of it that needs no route."""

    front: ASGIApp | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """See ASGI."""
        await (self.front or super().__call__)(scope, receive, send)

    def put_in_front(
        self, endpoint: PredictEndpoint, settings: Settings, shared: Path | None, exporter: SpanExporter | None
    ) -> None:
        """Check access before every route, and answer `POST /predict/` without the framework."""
        cross_origin = settings.api_allowed_origins is not None
        framework = IdleTimeout(SecurityHeaders(HeadMiddleware(super().__call__)), settings.api_patience_seconds)
        limit = settings.api_rate_limit
        front: ASGIApp = AccessMiddleware(
            PredictFirst(endpoint, framework, cross_origin=cross_origin),
            settings.keys,
            RateLimiter(limit, shared=shared and shared / "limits") if limit else None,
            preflights=cross_origin,
        )
        if settings.api_proxies and limit:  # who asks matters to the limit only
            front = ProxyHeaders(front, settings.api_proxies)
        self.front = TraceMiddleware(front, exporter)


def create_app(settings: Settings, shared: Path | None = None) -> Litestar:
    """The API. Nothing is opened, read or written before a server starts it, but what processes share.

    `shared` is the folder in which several processes of one API count together: see `Metrics` and `RateLimiter`.
    """
    beside = make_clients(settings)
    parts = _parts(settings, beside, Metrics(shared))
    endpoint = PredictEndpoint(parts, settings.api_body_limit, settings.api_patience_seconds)
    exporter = SpanExporter(settings.api_traces_url, __version__) if settings.api_traces_url else None
    app = Api(
        route_handlers=[*_HANDLERS, batches.router(settings.api_upload_limit), docs.assets()],
        dependencies={
            "parts": Provide(lambda: parts, sync_to_thread=False),
            "endpoint": Provide(lambda: endpoint, sync_to_thread=False),
            "chosen": Provide(registry_routes.filters),
        },
        lifespan=[
            partial(_running, beside=beside, parts=parts, poll_seconds=settings.api_poll_seconds),
            partial(_exporting, exporter=exporter),
        ],
        guards=[reject_encoded_body],
        middleware=[counting().middleware],
        after_exception=[count_unrouted],
        cors_config=_cors(settings.api_allowed_origins),
        openapi_config=docs.openapi(__version__, locked=bool(settings.keys)),
        plugins=[problem_details()],
        request_class=ApiRequest,
        request_max_body_size=settings.api_body_limit,
        logging_config=None,
    )
    app.put_in_front(endpoint, settings, shared, exporter)
    return app


def _cors(origins: str | None) -> CORSConfig | None:
    if origins is None:
        return None
    allowed = ["authorization", "content-type", "idempotency-key"]
    return CORSConfig(allow_origins=origins.split(), allow_methods=["GET", "POST"], allow_headers=allowed)


def _parts(settings: Settings, beside: HttpClients, metrics: Metrics) -> Parts:
    database = connect(settings.database_url, settings.api_database_timeout_seconds)
    overrides = Overrides(settings.holidays_country, settings.hemisphere, settings.sundays_are_holidays)
    history = History(database, settings.api_waiting_limit, metrics, timedelta(hours=settings.api_idempotency_hours))
    champions = ModelManager(ModelRegistry(beside.mlflow), settings.state, overrides)
    metrics.watch("waiting", "Predictions that wait for a commit", lambda: history.waiting, "livesum")
    metrics.watch("model_age_seconds", "Since the champion was trained", lambda: _age(champions), "livemostrecent")
    lineage, pipeline = MlflowLineage(beside.mlflow, settings.links), PrefectClient(beside.prefect, settings.links)
    return Parts(champions, history, metrics, lineage, pipeline)


def _age(champions: ModelManager) -> float:
    try:
        return (datetime.now(UTC) - champions.current.trained_at).total_seconds()
    except NoModelError:
        return float("nan")


@asynccontextmanager
async def _exporting(_: Litestar, exporter: SpanExporter | None) -> AsyncIterator[None]:
    if exporter is None:
        yield
        return
    exporter.start()
    try:
        yield
    finally:
        await asyncio.to_thread(exporter.stop)


@asynccontextmanager
async def _running(_: Litestar, beside: HttpClients, parts: Parts, poll_seconds: float) -> AsyncIterator[None]:
    parts.champions.start()
    following = asyncio.create_task(parts.champions.run(poll_seconds))
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
