"""How often somebody may ask: the generic cell rate algorithm, a number for each of them; knows no HTTP.

Litestar's own limiter keeps the moment of every request and goes through them at each: too slow before the hot path.
"""

import math
from collections.abc import Callable
from pathlib import Path
from time import monotonic

from service.security.shared_table import SharedTable


class RateLimiter:
    """Lets each caller ask `per_minute` times a minute, and as often at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic, shared: Path | None = None) -> None:
        """`shared` is a file by which several processes of one machine are one limiter; their clock must be one too."""
        self._apart = 60 / per_minute
        self._clock = clock
        self._free_at = SharedTable(shared)

    def seconds_to_wait(self, caller: str) -> int:
        """0 if it may ask now, which is counted; else in how many seconds it may."""
        with self._free_at as moments:
            now = self._clock()
            place, free_at = moments.find(caller)
            free_at = max(free_at, now)
            if (early := free_at + self._apart - now - 60) > 0:
                return math.ceil(early)
            moments.put(place, free_at + self._apart)
            return 0
