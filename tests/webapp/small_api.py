"""A small HTTP API that speaks docs/contracts.md from memory, and one that only ever gives one answer.

For what the real API cannot be made to do at will: being slow, broken or something else entirely.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import uvicorn
from litestar import Litestar
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from tests.webapp.sockets import listening

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def serving(app: ASGIApp | Litestar) -> Iterator[str]:
    """Serve an ASGI app on a free port of this machine, from a thread; yields its address."""
    with listening() as socket:
        server = uvicorn.Server(uvicorn.Config(app, log_level="error", timeout_graceful_shutdown=1))
        thread = threading.Thread(target=server.run, args=([socket],))
        thread.start()
        try:
            yield f"http://127.0.0.1:{socket.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def always(response: Response) -> Starlette:
    """An API that gives one answer to everything."""

    async def answer(_: Request) -> Response:
        return response

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def silent(until: threading.Event) -> Starlette:
    """An API that takes every question and answers none before `until` is set."""

    def answer(_: Request) -> Response:
        until.wait()
        return Response()

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


def answer_to(question: dict[str, int], number: int = 0, *, seen: bool = True) -> dict[str, Any]:
    """What the contract answers to a question; later numbers are later in time and higher."""
    return {
        "id": str(uuid4()),
        "prediction": 2874.1 + number,
        "interval": {"level": 0.9, "lower": 2684.4 + number, "upper": 3076.2 + number},
        "model_version": "3",
        "seen_in_training": seen,
        "Date": None,
        "created_at": (NOON + timedelta(minutes=number)).isoformat().replace("+00:00", "Z"),
        **question,
    }


def remembering() -> Starlette:
    """An API with a champion and a history in memory; a cursor is the number of rows before the page."""
    stored: list[dict[str, Any]] = []

    async def predict(request: Request) -> Response:
        question = await request.json()
        stored.insert(
            0, answer_to(question, len(stored), seen=(question["DayOfWeek"] == 7) == bool(question["Holiday"]))
        )
        return JSONResponse(stored[0])

    async def registry(request: Request) -> Response:
        start, limit = int(request.query_params.get("cursor", 0)), int(request.query_params["limit"])
        following = str(start + limit) if start + limit < len(stored) else None
        return JSONResponse({"items": stored[start : start + limit], "next_cursor": following})

    async def model(_: Request) -> Response:
        return JSONResponse({"version": "3", "trained_at": NOON.isoformat()})

    return Starlette(
        routes=[
            Route("/predict/", predict, methods=["POST"]),
            Route("/registry/", registry),
            Route("/model", model),
        ]
    )
