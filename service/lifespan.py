"""Starts and stops what runs beside the requests, together with the server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from litestar import Litestar

from service.dependencies import Dependencies
from service.http_clients import HttpClients
from service.telemetry.tracing import SpanExporter

_MAX_OPEN_SECONDS = 5
_MAX_MODEL_SECONDS = 15
"""Reading a model takes longer than opening a history, and a machine that starts a whole stack is busy."""


@asynccontextmanager
async def run_background(
    clients: HttpClients, dependencies: Dependencies, poll_seconds: float, _: Litestar
) -> AsyncIterator[None]:
    """Open the history and poll for the champion, as long as the server runs.

    The server takes requests once both are there, or after a few seconds without them.
    """
    dependencies.models.start()
    polling = asyncio.create_task(dependencies.models.run(poll_seconds))
    opening = asyncio.create_task(dependencies.history.open())
    first_model = asyncio.create_task(dependencies.models.ready.wait())
    await asyncio.gather(
        asyncio.wait({opening}, timeout=_MAX_OPEN_SECONDS), asyncio.wait({first_model}, timeout=_MAX_MODEL_SECONDS)
    )
    try:
        yield
    finally:
        for task in (polling, opening, first_model):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        await dependencies.history.close()
        await clients.aclose()


@asynccontextmanager
async def export_spans(exporter: SpanExporter | None, _: Litestar) -> AsyncIterator[None]:
    """Send spans to the collector as long as the server runs, if there is one."""
    if exporter is None:
        yield
        return
    exporter.start()
    try:
        yield
    finally:
        await asyncio.to_thread(exporter.stop)
