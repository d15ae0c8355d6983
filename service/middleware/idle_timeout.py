"""Ends a request on which nothing moves for too long, however long it takes as a whole. Knows ASGI, no route."""

import asyncio
import logging
from collections.abc import Mapping
from typing import Any

from litestar.types import ASGIApp, Receive, Send

from service.errors import TooSlowError
from service.middleware.security_headers import send_problem

_log = logging.getLogger(__name__)


class IdleTimeout:
    """An ASGI application in front of another."""

    def __init__(self, app: ASGIApp, seconds: float) -> None:
        self._app, self._seconds = app, seconds

    async def __call__(self, scope: Any, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        try:
            async with asyncio.timeout(self._seconds) as timeout:
                progress = _Progress(receive, send, timeout, self._seconds)
                await self._app(scope, progress.receive, progress.send)
        except TimeoutError:
            if not timeout.expired():
                raise
            log_timeout(scope, self._seconds)
            if not progress.answering:  # a response that has begun is cut short by returning now
                await send_problem(TooSlowError(of_client=progress.receiving), send)


def log_timeout(scope: Mapping[str, Any], seconds: float) -> None:
    """Log a request by its raw path: decoded, it may hold a line end and forge another line of the log."""
    path = scope["raw_path"].decode("ascii", "backslashreplace")
    _log.warning("%s %s was ended: %s s without progress", scope["method"], path, seconds)


class _Progress:
    """Both directions of a request; each message moves the deadline."""

    def __init__(self, receive: Receive, send: Send, timeout: asyncio.Timeout, seconds: float) -> None:
        self._receive, self._send, self._timeout, self._seconds = receive, send, timeout, seconds
        self._loop = asyncio.get_running_loop()
        self._moved = self._loop.time()
        self.receiving = False
        self.answering = False

    async def receive(self) -> Any:
        self.receiving = True
        message = await self._receive()
        self.receiving = False
        self._move()
        return message

    async def send(self, message: Any) -> None:
        self.answering = True
        await self._send(message)
        self._move()

    def _move(self) -> None:
        now = self._loop.time()
        if now - self._moved > self._seconds / 10:  # to move a deadline costs more than to look at the clock
            self._moved = now
            self._timeout.reschedule(now + self._seconds)
