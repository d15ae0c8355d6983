"""Ends connections on which nobody finishes asking, or nobody speaks HTTP; knows uvicorn's protocol."""

import asyncio
from functools import partial
from typing import Any, cast

from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.errors import HeadTooLongError, NotHttpError
from service.middleware.access import HEADERS
from service.problems import raw

MAX_HEAD_BYTES = 65_536
"""Request line and headers, beside what came in one piece with their beginning."""

_LINGERING_SECONDS = 1


class TimeoutProtocol(HttpToolsProtocol):
    """HTTP/1.1 whose request line and headers must come within `seconds`, and must not go on for ever."""

    _deadline: asyncio.TimerHandle | None = None
    _head_bytes: int | None = None
    """So much of a head has come, None where none is being read."""
    _refused = False

    def __init__(self, *uvicorn: Any, seconds: float, **more: Any) -> None:
        super().__init__(*uvicorn, **more)
        self._seconds = seconds

    def connection_made(self, transport: Any) -> None:
        """The time for the first request begins."""
        super().connection_made(transport)
        self._begin()

    def data_received(self, data: bytes) -> None:
        """Read it, where there is an end to the head that it belongs to."""
        if self._refused:
            return
        head = self.headers
        super().data_received(data)
        if self._head_bytes is not None and self.headers is head:  # all of it belongs to this head
            self._head_bytes += len(data)
            if self._head_bytes > MAX_HEAD_BYTES:
                self._refused = True
                self._tell(HeadTooLongError(MAX_HEAD_BYTES))
                # Closed while more of it comes, the connection would be cut before the client reads why.
                self.loop.call_later(_LINGERING_SECONDS, self.transport.close)

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Say that this is no HTTP, as every other error is told."""
        self._tell(NotHttpError())
        self.transport.close()

    def on_message_begin(self) -> None:
        """The time for this request begins."""
        super().on_message_begin()
        self._head_bytes = 0
        self._begin()

    def on_headers_complete(self) -> None:
        """What is to come is for the application to wait for."""
        self._end()
        self._head_bytes = None
        super().on_headers_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Nobody is waited for."""
        self._end()
        super().connection_lost(exc)

    def _tell(self, error: Exception) -> None:
        if not self._owes_an_answer():
            status, headers, body = raw(error)
            head = [*self.server_state.default_headers, *headers, *HEADERS, (b"connection", b"close")]
            lines = b"".join(b"%s: %s\r\n" % pair for pair in head)
            self.transport.write(b"%s%s\r\n%s" % (STATUS_LINE[status], lines, body))

    def _owes_an_answer(self) -> bool:
        """Whether what is sent now would be taken for the answer to an earlier request."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return bool(self.pipeline) or cycle.response_started or not cycle.more_body

    def _begin(self) -> None:
        self._end()
        self._deadline = self.loop.call_later(self._seconds, self.transport.close)

    def _end(self) -> None:
        if self._deadline:
            self._deadline.cancel()


def timeout_protocol(seconds: float) -> type[HttpToolsProtocol]:
    """The protocol with this much patience, in a form that can be sent to another process."""
    return cast("type[HttpToolsProtocol]", partial(TimeoutProtocol, seconds=seconds))
