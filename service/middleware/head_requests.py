"""Answers HEAD as GET is answered, without the body; knows ASGI, no route."""

from typing import Any

from litestar.types import ASGIApp, Receive, Send

_NO_MORE = {"type": "http.response.body", "body": b"", "more_body": False}


class HeadMiddleware:
    """An ASGI application in front of another, which knows GET only."""

    def __init__(self, inside: ASGIApp) -> None:
        self._inside = inside

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] == "http" and scope["method"] == "HEAD":
            asked: Any = {**scope, "method": "GET"}
            await self._inside(asked, receive, _named(_headed(send)))
        else:
            await self._inside(scope, receive, _named(send))


def _headed(send: Send) -> Send:
    """The answer ends with its headers: whoever streams a file is told that nobody listens any more."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start":
            await send(message)
            await send(_NO_MORE)  # type: ignore[arg-type]  # as any message

    return sending


def _named(send: Send) -> Send:
    """HEAD stands beside GET where methods are told."""

    async def sending(message: Any) -> None:
        if message["type"] == "http.response.start" and message["status"] in {204, 405}:
            message["headers"] = [
                (name, value.replace(b"GET", b"GET, HEAD") if name.lower() == b"allow" else value)
                for name, value in message["headers"]
            ]
        await send(message)

    return sending
