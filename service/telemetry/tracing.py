"""Traces of requests, sent to a collector over OTLP; the only file that knows OpenTelemetry."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from litestar.types import ASGIApp

_WANTED = ("opentelemetry-instrumentation-asgi", "opentelemetry-exporter-otlp-proto-http")
_ID = re.compile(r"(?<=/registry/)[0-9a-fA-F-]{32,36}(?=/?$)")


def missing() -> str | None:
    """What traces lack, as a sentence with the cure; None where they can be had."""
    try:
        for package in _WANTED:
            version(package)
    except PackageNotFoundError as error:
        return f"traces want the package {error.name}: install the extra `tracing`, or `make install` for everything"
    return None


@asynccontextmanager
async def tracing(app: ASGIApp, collector: str, service_version: str) -> AsyncIterator[ASGIApp]:
    """The application with a span for each request; what was not sent yet is sent at the end.

    `collector` is the full address, for example http://127.0.0.1:4318/v1/traces. A collector that is down loses
    spans, never requests.
    """
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.instrumentation.asgi import OpenTelemetryMiddleware
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": "steam-sales-api", "service.version": service_version})
    provider = TracerProvider(resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=collector, timeout=5)))
    traced: Any = OpenTelemetryMiddleware(
        app, default_span_details=_details, tracer_provider=provider, exclude_spans=["receive", "send"]
    )
    try:
        yield traced
    finally:
        await asyncio.to_thread(provider.shutdown)


def _details(scope: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Name and attributes of a span; one name for all ids."""
    route = _ID.sub("{prediction_id}", scope["path"])
    return f"{scope['method']} {route}", {"http.route": route}
