"""Ends connections on which nobody finishes asking; knows uvicorn's protocol, which waits for ever."""

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol


class Patient(HttpToolsProtocol):
    """HTTP/1.1 whose request line and headers must come within `seconds`."""

    _deadline: asyncio.TimerHandle | None = None

    def __init__(self, *uvicorn: Any, seconds: float, **more: Any) -> None:
        super().__init__(*uvicorn, **more)
        self._seconds = seconds

    def connection_made(self, transport: Any) -> None:
        """The time for the first request begins."""
        super().connection_made(transport)
        self._begin()

    def on_message_begin(self) -> None:
        """The time for this request begins."""
        super().on_message_begin()
        self._begin()

    def on_headers_complete(self) -> None:
        """What is to come is for the application to wait for."""
        self._end()
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._end()
        super().connection_lost(exc)

    def _begin(self) -> None:
        self._end()
        self._deadline = self.loop.call_later(self._seconds, self.transport.close)

    def _end(self) -> None:
        if self._deadline:
            self._deadline.cancel()


def patient(seconds: float) -> type[HttpToolsProtocol]:
    """The protocol with this much patience, in a form that can be sent to another process."""
    return cast("type[HttpToolsProtocol]", partial(Patient, seconds=seconds))
