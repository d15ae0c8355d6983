"""HTTP/1 as uvicorn speaks it, with timeouts for slow clients and answers for rare ones. Knows uvicorn's protocol."""

import asyncio
from functools import partial
from typing import Any, cast

import httptools
from uvicorn.protocols.http.httptools_impl import STATUS_LINE, HttpToolsProtocol

from service.errors import HeadersTooLongError, NotHttpError
from service.middleware.security_headers import HEADERS
from service.problems import problem_response
from service.telemetry.responses import RESPOND

MAX_HEAD_BYTES = 65_536
"""Request line and headers, beside what came in one piece with their beginning."""
_LINGER_SECONDS = 1


class TimeoutProtocol(HttpToolsProtocol):
    """HTTP/1 in which a head must come within `seconds` and may not grow for ever, and somebody must read the answer.

    Beyond uvicorn's own, it answers HTTP/1.0 without chunks, declines an offer to change to another protocol without
    losing the body, and answers a client that has closed its sending side.
    """

    _deadline: asyncio.TimerHandle | None = None
    _write_deadline: asyncio.TimerHandle | None = None
    _head_bytes: int | None = None
    """Bytes of the head that is being read, None outside a head."""
    _refused = False
    _resting_since: float | None = None
    """When the last response was sent, by the loop's clock; None while a request is read or answered."""
    _defaults: Any = None
    _default_lines = b""

    def __init__(self, *uvicorn: Any, seconds: float, **more: Any) -> None:
        super().__init__(*uvicorn, **more)
        self._seconds = seconds
        self._extensions: Any = {RESPOND: self._respond}

    def connection_made(self, transport: Any) -> None:
        """Start the time for the first head."""
        super().connection_made(transport)
        self._start_deadline()

    def data_received(self, data: bytes) -> None:
        """Read it, if the head that it belongs to has an end."""
        if self._refused:
            return
        head = self.headers
        self._resting_since = None
        try:
            self.parser.feed_data(data)
        except httptools.HttpParserUpgrade as offer:
            self._decline_upgrade(data[offer.args[0] :])
        except httptools.HttpParserError:
            self.send_400_response("")
        if self._head_bytes is not None:
            self._watch_head(len(data) if self.headers is head else 0)

    def _watch_head(self, more_bytes: int) -> None:
        """Count a head that has not ended, and start its deadline: a head that came in one piece needs none."""
        self._head_bytes = (self._head_bytes or 0) + more_bytes
        if self._deadline is None:
            self._start_deadline()
        if self._head_bytes > MAX_HEAD_BYTES:
            self._refused = True
            self._send_problem(HeadersTooLongError(MAX_HEAD_BYTES))
            # Closed while more of it comes, the connection would be cut before the client reads why.
            self.loop.call_later(_LINGER_SECONDS, self.transport.close)

    def _decline_upgrade(self, rest: bytes) -> None:
        """Read the request again without its offer of another protocol, for which the parser ignores the body."""
        if self.parser.get_method() == b"CONNECT":
            self.send_400_response("")
            return
        kept = [pair for pair in self.headers if pair[0] != b"upgrade"]
        lines = b"".join(b"%s: %s\r\n" % pair for pair in kept)
        request_line = b"%s %s HTTP/%s\r\n" % (
            self.parser.get_method(),
            self.url,
            self.parser.get_http_version().encode(),
        )
        self.parser = httptools.HttpRequestParser(self)
        self.parser.set_dangerous_leniencies(lenient_data_after_close=True)  # as uvicorn's own
        self.data_received(b"%s%s\r\n%s" % (request_line, lines, rest))

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 - uvicorn's signature
        """Say that this is no HTTP, in a problem document like every other error."""
        self._send_problem(NotHttpError())
        self.transport.close()

    def on_message_begin(self) -> None:
        """Begin to count a head."""
        super().on_message_begin()
        self._head_bytes = 0

    def on_headers_complete(self) -> None:
        """Hand the request to the application, unless it is read again without an offer to upgrade."""
        self._cancel_deadline()
        self._head_bytes = None
        if self.parser.should_upgrade():
            return
        super().on_headers_complete()
        self.scope["extensions"] = self._extensions
        if self.scope["http_version"] == "1.0":
            self.cycle.transport = cast("Any", _Unchunked(self.transport))

    def on_message_complete(self) -> None:
        """End the body."""
        if not self.parser.should_upgrade():
            super().on_message_complete()

    def eof_received(self) -> bool:  # type: ignore[override]  # asyncio's protocols may return a bool
        """Keep the connection for an answer under way, if the request is whole."""
        cycle = self.cycle  # of the request that came last
        if cycle is None or cycle.response_complete or cycle.more_body:
            return False
        cycle.keep_alive = False
        return True

    def pause_writing(self) -> None:
        """Start the time in which the client must read."""
        super().pause_writing()
        self._write_deadline = self.loop.call_later(self._seconds, self.transport.abort)

    def resume_writing(self) -> None:
        """The client has read."""
        super().resume_writing()
        if self._write_deadline:
            self._write_deadline.cancel()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nobody."""
        self._cancel_deadline()
        self._unset_keepalive_if_required()
        if self._write_deadline:
            self._write_deadline.cancel()
        super().connection_lost(exc)

    def on_response_complete(self) -> None:
        """Do as uvicorn does, but keep its timer: to look at the clock when it rings costs less than to set it anew."""
        self._resting_since = self.loop.time()
        if self.timeout_keep_alive_task is None or self.pipeline or self.transport.is_closing():
            super().on_response_complete()
        else:
            self.server_state.total_requests += 1
            self.flow.resume_reading()

    def timeout_keep_alive_handler(self) -> None:
        """Close a connection that rested long enough, else look again when it would have."""
        resting = 0.0 if self._resting_since is None else self.loop.time() - self._resting_since
        if resting >= self.timeout_keep_alive:
            super().timeout_keep_alive_handler()
            return
        self.timeout_keep_alive_task = self.loop.call_later(
            self.timeout_keep_alive - resting, self.timeout_keep_alive_handler
        )

    def _respond(self, scope: Any, header_lines: bytes, body: bytes) -> bool:
        """Write a response of status 200 at once: see `RESPOND`. As messages it would take uvicorn a dozen µs more."""
        cycle = self.cycle
        if cycle.scope is not scope or cycle.disconnected or not cycle.keep_alive or self.flow.write_paused:
            return False
        defaults = self.server_state.default_headers  # a new list each second
        if defaults is not self._defaults:
            self._defaults, self._default_lines = defaults, b"".join(b"%s: %s\r\n" % pair for pair in defaults)
        head = b"HTTP/1.1 200 OK\r\n%s%scontent-length: %d\r\n\r\n" % (self._default_lines, header_lines, len(body))
        cycle.response_started = cycle.response_complete = True
        self.transport.write(head + body)
        cycle.on_response()
        return True

    def _send_problem(self, error: Exception) -> None:
        if not self._owes_an_answer():
            status, headers, body = problem_response(error)
            head = [*self.server_state.default_headers, *headers, *HEADERS, (b"connection", b"close")]
            lines = b"".join(b"%s: %s\r\n" % pair for pair in head)
            self.transport.write(b"%s%s\r\n%s" % (STATUS_LINE[status], lines, body))

    def _owes_an_answer(self) -> bool:
        """Return whether the client would take what is sent now for the answer to an earlier request."""
        cycle = self.cycle
        if cycle is None or cycle.response_complete:
            return False
        return bool(self.pipeline) or cycle.response_started or not cycle.more_body

    def _start_deadline(self) -> None:
        self._deadline = self.loop.call_later(self._seconds, self.transport.close)

    def _cancel_deadline(self) -> None:
        if self._deadline:
            self._deadline.cancel()
            self._deadline = None


class _Unchunked:
    """A transport for HTTP/1.0, which knows no chunks: the end of the connection ends a body of unknown length."""

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._chunked = False
        self._head_sent = False

    def write(self, data: bytes) -> None:
        """Write what uvicorn writes at once: the head, or chunks that are whole."""
        if not self._head_sent and not data.startswith(b"HTTP/1.1 100"):
            self._head_sent = True
            head = data.replace(b"transfer-encoding: chunked\r\n", b"", 1)
            self._chunked, data = head != data, head
        elif self._chunked:
            data = b"".join(_chunks(data))
        self._transport.write(data)

    def __getattr__(self, name: str) -> Any:
        """Leave everything else to the transport."""
        return getattr(self._transport, name)


def _chunks(data: bytes) -> list[bytes]:
    chunks = []
    while data:
        size, _, rest = data.partition(b"\r\n")
        length = int(size, 16)
        chunks.append(rest[:length])
        data = rest[length + len(b"\r\n") :]
    return chunks


def timeout_protocol(seconds: float) -> type[HttpToolsProtocol]:
    """Return the protocol with this timeout, in a form that can be sent to another process."""
    return cast("type[HttpToolsProtocol]", partial(TimeoutProtocol, seconds=seconds))
