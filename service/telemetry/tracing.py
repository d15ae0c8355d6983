"""Notes a span for each traced request, and sends spans to a collector over OTLP in a thread of its own.

The only file that knows OpenTelemetry.
"""

import re
from http import HTTPStatus
from importlib.metadata import PackageNotFoundError, version
from random import getrandbits
from threading import Event, Thread
from time import time_ns
from typing import Any, NamedTuple

from litestar.types import ASGIApp, Receive, Send

from service.telemetry.responses import RESPOND
from service.telemetry.trace_context import TraceContext, current_trace_id, new_trace, parse_traceparent

_PACKAGE = "opentelemetry-exporter-otlp-proto-http"
_ID = re.compile(r"(?<=/registry/)[0-9a-fA-F-]{32,36}(?=/?$)")
_EXPORT_SECONDS = 1.0
MAX_SPANS_PER_EXPORT = 500
"""To send more would take a noticeable share of the process; the rest is dropped."""


class Span(NamedTuple):
    """A request that was answered."""

    context: TraceContext
    method: str
    path: str
    status: int
    start_ns: int
    end_ns: int


class SpanExporter:
    """Sends spans every second. A collector that is down, or too many spans, loses spans and never requests."""

    def __init__(self, collector: str, service_version: str) -> None:
        """`collector` is the full address, for example http://127.0.0.1:4318/v1/traces."""
        self._collector, self._service_version = collector, service_version
        self._spans: list[Span] = []
        self._stopping = Event()
        self._thread = Thread(target=self._work, name="span-export", daemon=True)

    def start(self) -> None:
        """Begin to export."""
        self._thread.start()

    def stop(self) -> None:
        """Export what is left, and end."""
        self._stopping.set()
        self._thread.join()

    @property
    def has_room(self) -> bool:
        """Return whether one more span would be exported with the next ones."""
        return len(self._spans) < MAX_SPANS_PER_EXPORT

    def add(self, span: Span) -> None:
        """Export a span with the next ones."""
        self._spans.append(span)

    def _work(self) -> None:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
        from opentelemetry.sdk.resources import Resource

        resource = Resource.create({"service.name": "steam-sales-api", "service.version": self._service_version})
        exporter = OTLPSpanExporter(endpoint=self._collector, timeout=5)
        stopping = False
        while not stopping:
            stopping = self._stopping.wait(_EXPORT_SECONDS)
            spans, self._spans = self._spans, []
            if spans:
                exporter.export([_to_otel(span, resource) for span in spans])
        exporter.shutdown()  # type: ignore[no-untyped-call]  # OpenTelemetry leaves it untyped


class TraceMiddleware:
    """Takes a request's trace from its `traceparent`; with an exporter, requests without one begin a trace."""

    def __init__(self, app: ASGIApp, exporter: SpanExporter | None) -> None:
        self._app, self._exporter = app, exporter

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        context = _context(scope) or (new_trace() if self._exporter else None)
        if scope["type"] != "http" or context is None:
            await self._app(scope, receive, send)
            return
        token = current_trace_id.set(context.trace_id)
        try:
            if self._exporter and context.sampled and self._exporter.has_room:
                await self._traced(context, self._exporter, scope, receive, send)
            else:
                await self._app(scope, receive, send)
        finally:
            current_trace_id.reset(token)

    async def _traced(
        self, context: TraceContext, exporter: SpanExporter, scope: Any, receive: Receive, send: Send
    ) -> None:
        status, start_ns = 0, time_ns()

        async def send_and_note(message: Any) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        extensions = scope.get("extensions") or {}
        if respond := extensions.get(RESPOND):

            def respond_and_note(*response: Any) -> Any:
                nonlocal status
                status = 200
                return respond(*response)

            scope["extensions"] = extensions | {RESPOND: respond_and_note}
        try:
            await self._app(scope, receive, send_and_note)
        finally:
            exporter.add(Span(context, scope["method"], scope["path"], status, start_ns, time_ns()))


def missing() -> str | None:
    """Return what traces lack, as a sentence with the cure; None if nothing is missing."""
    try:
        version(_PACKAGE)
    except PackageNotFoundError as error:
        return f"traces want the package {error.name}: install the extra `tracing`, or `make install` for everything"
    return None


def _context(scope: Any) -> TraceContext | None:
    for name, value in scope.get("headers", ()):
        if name == b"traceparent":
            return parse_traceparent(value)
    return None


def _to_otel(span: Span, resource: Any) -> Any:
    """Build OpenTelemetry's span, with the attributes of its HTTP conventions; one name for all ids."""
    from opentelemetry.sdk.trace import ReadableSpan
    from opentelemetry.trace import SpanContext, SpanKind, Status, StatusCode, TraceFlags

    def context(span_id: int) -> SpanContext:
        return SpanContext(int(span.context.trace_id, 16), span_id, is_remote=False, trace_flags=TraceFlags(1))

    route = _ID.sub("{prediction_id}", span.path)
    failed = span.status == 0 or span.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return ReadableSpan(
        name=f"{span.method} {route}",
        context=context(getrandbits(64) or 1),
        parent=context(int(span.context.parent_id, 16)) if span.context.parent_id else None,
        resource=resource,
        kind=SpanKind.SERVER,
        attributes={
            "http.request.method": span.method,
            "http.route": route,
            "url.path": span.path,
            "http.response.status_code": span.status,
        },
        status=Status(StatusCode.ERROR if failed else StatusCode.UNSET),
        start_time=span.start_ns,
        end_time=span.end_ns,
    )
