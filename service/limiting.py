"""How often somebody may ask: the generic cell rate algorithm, a number for each of them; knows no HTTP.

Litestar's own limiter keeps the moment of every request and goes through them at each: too slow before the hot path.
"""

import math
from collections.abc import Callable
from time import monotonic

_MOST_CALLERS = 10_000


class Limiter:
    """Lets each caller ask `per_minute` times a minute, and as often at once."""

    def __init__(self, per_minute: int, clock: Callable[[], float] = monotonic) -> None:
        self._apart = 60 / per_minute
        self._clock = clock
        self._free_at: dict[str, float] = {}

    def wait(self, caller: str) -> int:
        """0 if it may ask now, which is counted; else in how many seconds it may."""
        now = self._clock()
        free_at = max(self._free_at.get(caller, now), now)
        if (early := free_at + self._apart - now - 60) > 0:
            return math.ceil(early)
        if len(self._free_at) >= _MOST_CALLERS:
            self._free_at = {name: moment for name, moment in self._free_at.items() if moment > now}
        self._free_at[caller] = free_at + self._apart
        return 0
