"""The W3C trace that a request belongs to: read from `traceparent`, shown in the log. Knows no OpenTelemetry."""

import logging
import re
from contextvars import ContextVar
from random import getrandbits
from typing import NamedTuple

current_trace_id: ContextVar[str | None] = ContextVar("current_trace_id", default=None)
"""The trace id of the request that is being answered, 32 hexadecimal digits."""
_TRACEPARENT = re.compile(rb"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_SAMPLED = 1


class TraceContext(NamedTuple):
    """The trace and the span of whoever sent a request."""

    trace_id: str
    parent_id: str | None
    """16 hexadecimal digits; None if the trace begins here."""
    sampled: bool


def parse_traceparent(header: bytes) -> TraceContext | None:
    """Return the context in a `traceparent` header, None if the header is not valid."""
    match = _TRACEPARENT.fullmatch(header)
    if match is None or (header[:2] == b"00" and len(header) > match.end(3)):
        return None
    trace_id, parent_id, flags = match.groups()
    return TraceContext(trace_id.decode(), parent_id.decode(), bool(int(flags, 16) & _SAMPLED))


def new_trace() -> TraceContext:
    """Begin a trace of our own."""
    return TraceContext(f"{getrandbits(128) or 1:032x}", None, sampled=True)


class TraceFilter(logging.Filter):
    """Gives each line of the log the field `trace`: the trace id in brackets, empty outside a request of a trace."""

    def filter(self, record: logging.LogRecord) -> bool:
        """See `logging.Filter`."""
        trace_id = current_trace_id.get()
        record.trace = f" [trace {trace_id}]" if trace_id else ""
        return True
