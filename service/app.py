"""Builds the ASGI application from the settings: routes, middleware, and what handlers work with."""

from functools import partial
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.config.cors import CORSConfig
from litestar.di import Provide
from litestar.types import ASGIApp

from service import __version__
from service.api import batches, data, docs, forecast, health, history, model, predictions, training, watch
from service.api.openapi.document import openapi_config
from service.api.parameters import reject_encoded_body
from service.api.predictions import PredictEndpoint, PredictFirst
from service.api.request_body import ApiRequest
from service.bootstrap import make_dependencies
from service.http_clients import make_clients
from service.lifespan import export_spans, run_background
from service.middleware.access import AccessMiddleware
from service.middleware.head_requests import HeadMiddleware
from service.middleware.idle_timeout import IdleTimeout
from service.middleware.proxy_headers import ProxyHeaders
from service.middleware.security_headers import SecurityHeaders
from service.problems import problem_details
from service.security.rate_limit import RateLimiter
from service.settings import Settings
from service.telemetry.metrics import Metrics
from service.telemetry.request_metrics import RequestMetrics, count_unrouted
from service.telemetry.tracing import SpanExporter, TraceMiddleware

_HANDLERS = (
    predictions.predict,
    model.model,
    forecast.days,
    forecast.inputs,
    health.health,
    health.ready,
    health.metrics,
    history.registry,
    history.summary,
    history.export,
    history.one_prediction,
    model.versions,
    model.evaluation,
    watch.watch,
    training.retrain,
    training.rollback,
    training.newest_training,
    training.run,
    data.download,
    data.check,
    data.show_check,
    data.load,
    data.versions,
    data.rollback,
    docs.swagger,
    docs.home,
)


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
        if settings.api_proxies and limit:  # only the limit needs the client's address
            front = ProxyHeaders(front, settings.api_proxies)
        self.front = TraceMiddleware(front, exporter)


def create_app(settings: Settings, shared: Path | None = None) -> Litestar:
    """Build the application. Nothing is opened, read or written before a server starts it.

    The exception is `shared`, the folder in which several processes of one API count together: see `Metrics` and
    `RateLimiter`.
    """
    clients = make_clients(settings)
    dependencies = make_dependencies(settings, clients, Metrics(shared))
    endpoint = PredictEndpoint(dependencies, settings.api_body_limit, settings.api_patience_seconds)
    exporter = SpanExporter(settings.api_traces_url, __version__) if settings.api_traces_url else None
    uploads = [batches.router(settings.api_upload_limit), data.router(settings.api_upload_limit)]
    app = Api(
        route_handlers=[*_HANDLERS, *uploads, docs.assets()],
        dependencies={
            "dependencies": Provide(lambda: dependencies, sync_to_thread=False),
            "endpoint": Provide(lambda: endpoint, sync_to_thread=False),
            "filters": Provide(history.parse_filters),
        },
        lifespan=[
            partial(run_background, clients, dependencies, settings.api_poll_seconds),
            partial(export_spans, exporter),
        ],
        guards=[reject_encoded_body],
        middleware=[RequestMetrics],
        after_exception=[count_unrouted],
        cors_config=_cors(settings.api_allowed_origins),
        openapi_config=openapi_config(__version__, require_key=bool(settings.keys)),
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
