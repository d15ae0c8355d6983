"""Answers a request whose very bytes were answered before, unread; knows uvicorn's protocol, nothing of predictions.

Whoever answers a request may say how it is answered when it comes again (`Offer.learn`). From then on a request of
the same bytes, head and body, on whatever connection, is neither parsed nor given a task of its own.
"""

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple, cast

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.middleware.protocol import TimeoutProtocol

EXTENSION = "steam_sales.short_cut"
"""Under this name an application finds an `Offer` in its scope, where one is made."""
_MOST = 2_048
_MOST_BYTES = 1_024
Headers = tuple[tuple[bytes, bytes], ...]


class CannotRepeatError(Exception):
    """This time the request must be read."""


class Repeatable(NamedTuple):
    """How to answer a request with 200 again."""

    headers: Headers
    """Without the length, which follows the first of them."""
    answer: Callable[[Callable[[str | None], None]], bytes]
    """The body. May be sent when what was passed is called with None, must not be when it is called with a reason.

    Raises:
        CannotRepeatError: nothing was begun.
    """


class Offer(NamedTuple):
    """What the protocol asks of an application."""

    learn: Callable[[Repeatable], None]
    failure: str | None
    """Why this request failed already, when it was answered unread: to be told in the ordinary way."""


class ShortCut(TimeoutProtocol):
    """HTTP/1.1 in which a known request is answered by its bytes, in its turn."""

    _reading = False
    _begun = 0
    _whole: bytes | None = None
    _asked: bytes | None = None
    _after = b""
    _failure: str | None = None
    _leaving = False
    _rested = 0.0
    _resting: asyncio.TimerHandle | None = None

    def __init__(self, *uvicorn: Any, known: dict[bytes, Repeatable], **more: Any) -> None:
        super().__init__(*uvicorn, **more)
        self._known = known
        self._heads = _Heads()

    def data_received(self, data: bytes) -> None:
        """Answer what is known, read what is not."""
        if self._asked is not None:
            self._after += data
            self.flow.pause_reading()
            return
        idle = not self._reading and (self.cycle is None or self.cycle.response_complete)
        if idle and (known := self._known.get(data)) and not self.flow.write_paused and self._answered(known, data):
            return
        self._begun, self._whole = 0, data
        super().data_received(data)
        if not idle or self._begun != 1 or self._reading or len(data) > _MOST_BYTES:
            self._whole = None  # it was not one request from its first byte to its last

    def on_message_begin(self) -> None:
        """A request begins to be read."""
        super().on_message_begin()
        self._reading = True
        self._begun += 1
        cast("dict[str, Any]", self.scope)["extensions"] = {EXTENSION: Offer(self._learn, self._failure)}

    def on_message_complete(self) -> None:
        """It was read."""
        self._reading = False
        super().on_message_complete()

    def shutdown(self) -> None:
        """Leave, but for an answer under way."""
        self._leaving = True
        if self._asked is None:
            super().shutdown()

    def _learn(self, repeatable: Repeatable) -> None:
        if self._whole is not None and self.cycle.keep_alive and self.scope["http_version"] == "1.1":
            if len(self._known) >= _MOST:
                self._known.clear()
            self._known[self._whole] = repeatable

    def _answered(self, known: Repeatable, data: bytes) -> bool:
        self._asked = data
        try:
            body = known.answer(partial(self._told, known.headers))
        except CannotRepeatError:
            self._asked = None
            return False
        self._body = body
        if self.timeout_keep_alive_task is not self._resting:  # uvicorn's own: it would end the answer
            self._unset_keepalive_if_required()
        self._end()
        return True

    def _told(self, headers: Headers, failure: str | None) -> None:
        data, self._asked = self._asked, None
        after, self._after = self._after, b""
        if self.transport.is_closing() or data is None:
            return
        if failure is None:
            before, after_it = self._heads.of(self.server_state.default_headers, headers)
            self.transport.write(b"%s%d%s%s" % (before, len(self._body), after_it, self._body))
            self._done()
            if self._leaving:
                self.transport.close()
        else:
            self._fail(data, failure)
        if after and not self.transport.is_closing():
            self.data_received(after)

    def _done(self) -> None:
        """As uvicorn does, but that one timer serves all answers: to set it anew takes longer than to look it up."""
        self.server_state.total_requests += 1
        self.flow.resume_reading()
        self._rested = self.loop.time()
        if self.timeout_keep_alive_task is None:
            self._rest(self.timeout_keep_alive)

    def _rest(self, seconds: float) -> None:
        self._resting = self.timeout_keep_alive_task = self.loop.call_later(seconds, self._look_at_the_clock)

    def _look_at_the_clock(self) -> None:
        left = self._rested + self.timeout_keep_alive - self.loop.time()
        if self._asked is not None:
            self._rest(self.timeout_keep_alive)
        elif left > 0:
            self._rest(left)
        else:
            self.timeout_keep_alive_handler()

    def _fail(self, data: bytes, failure: str) -> None:
        self._failure, self._whole = failure, None
        super().data_received(data)
        self._failure = None


class _Heads:
    """Joins the lines of an answer, which are the same for a second."""

    def __init__(self) -> None:
        self._from: tuple[Any, Any] = (None, None)
        self._around = (b"", b"")

    def of(self, always: list[tuple[bytes, bytes]], headers: Headers) -> tuple[bytes, bytes]:
        """All before the length, and all after it. `always` is a new list when it changes."""
        if self._from[0] is not always or self._from[1] is not headers:
            before, after = _lines(*always, headers[0]), _lines(*headers[1:])
            self._from = (always, headers)
            self._around = (b"HTTP/1.1 200 OK\r\n" + before + b"content-length: ", b"\r\n" + after + b"\r\n")
        return self._around


def _lines(*headers: tuple[bytes, bytes]) -> bytes:
    return b"".join(b"%s: %s\r\n" % pair for pair in headers)


def short_cut(seconds: float) -> type[HttpToolsProtocol]:
    """The protocol with so much patience, in a form that can be sent to another process."""
    return cast("type[HttpToolsProtocol]", partial(ShortCut, seconds=seconds, known={}))
