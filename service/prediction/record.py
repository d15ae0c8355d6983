"""A prediction on its way into the history, light enough to be made at every request; knows no database."""

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from time import time_ns
from typing import Any, NamedTuple

_log = logging.getLogger(__name__)
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IdempotencyKey(NamedTuple):
    """An idempotency key, and the caller it belongs to."""

    caller: str
    text: str


class PendingRecord(NamedTuple):
    """A prediction that is not stored yet: its identity, and the columns that it shares with others of its kind."""

    id: str
    """32 hexadecimal digits."""
    created_at: str
    """UTC: `2026-11-23T16:20:00.123456Z`, always with microseconds."""
    fields: Mapping[str, Any]
    """The columns of `StoredPrediction` by name; ignore its `id`, `created_at` and `trace_id`."""
    trace_id: str | None = None
    """32 hexadecimal digits of the W3C trace that the request belongs to."""
    key: IdempotencyKey | None = None
    """Store the record only if no other has this key."""


def pending(row: Mapping[str, Any], key: IdempotencyKey | None = None) -> PendingRecord:
    """Build the record of a row by its columns; `created_at` is in UTC."""
    created_at = row["created_at"].astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return PendingRecord(row["id"].hex, created_at, row, row["trace_id"], key)


class Clock:
    """Tells the moments of predictions, no two the same and ever later, one clock for a process.

    Where the system's clock is set back, it goes on from its last moment, a microsecond for each prediction, until
    the system's has caught up: ids stay in the order in which they were given (RFC 9562, section 6.2).
    """

    def __init__(self, system: Callable[[], int] = time_ns) -> None:
        """`system` tells nanoseconds since 1970."""
        self._system = system
        self._last = 0
        self._set_back = False
        self._second = 0
        self._text = ""

    def now(self) -> tuple[int, str]:
        """Microseconds since 1970, and the same as text, as `PendingRecord` has it."""
        moment = self._system() // 1000
        if moment <= self._last:
            self._note(self._last - moment)
            moment = self._last + 1
        second, rest = divmod(moment, _SECOND)
        if rest == 0:  # which elsewhere is told without its zeros
            moment, rest = moment + 1, 1
        if second != self._second:
            self._second, self._text = second, datetime.fromtimestamp(second, UTC).isoformat()[:-6]
        self._last = moment
        return moment, f"{self._text}.{rest:06d}Z"

    def moment(self) -> datetime:
        """The same, in UTC."""
        return _EPOCH + timedelta(microseconds=self.now()[0])

    def _note(self, behind: int) -> None:
        if behind > _SECOND and not self._set_back:
            text = "the clock was set back by %d s: predictions carry the moment before that, until it has caught up"
            _log.warning(f"{text} or the service is restarted", behind // _SECOND)
        self._set_back = behind > _SECOND
