"""Limits how often a caller may ask, with the generic cell rate algorithm: one number a caller. Knows no HTTP."""

import math
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from service.security.shared_table import SharedTable

_WINDOW_SECONDS = 60


class RateLimiter:
    """Lets each caller ask `per_minute` times a minute, and as often at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic, shared: Path | None = None) -> None:
        """Processes of one machine that share the file `shared` count together; `clock` must be one for all of them."""
        self._seconds_each = _WINDOW_SECONDS / per_minute
        self._clock = clock
        self._table = SharedTable(shared)

    def seconds_to_wait(self, caller: str) -> int | None:
        """Count a request and return 0, or return in how many seconds the caller may ask again.

        Never blocks: returns None, and counts nothing, while another process writes. Call it again then.
        """
        with self._table as locked:
            if not locked:
                return None
            now = self._clock()
            slot, earliest = self._table.find(caller)
            earliest = max(earliest, now)
            if (early := earliest + self._seconds_each - now - _WINDOW_SECONDS) > 0:
                return math.ceil(early)
            self._table.put(slot, earliest + self._seconds_each)
            return 0
