"""Counts wrong passwords, so that they cannot be tried in bulk. Knows no HTTP."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

_MOST = 10_000  # names and addresses remembered; the oldest are forgotten first


@dataclass
class Attempts:
    """How often each caller was wrong lately: after `allowed` times they wait until `seconds` after the first."""

    allowed: int = 10
    seconds: float = 60
    clock: Callable[[], float] = monotonic
    _wrong: OrderedDict[str, tuple[float, int]] = field(default_factory=OrderedDict)

    def too_many(self, caller: str) -> bool:
        """Whether this caller has to wait."""
        since, times = self._wrong.get(caller, (0.0, 0))
        return times >= self.allowed and self.clock() - since < self.seconds

    def note(self, caller: str) -> None:
        """Remember a wrong password."""
        now = self.clock()
        since, times = self._wrong.pop(caller, (now, 0))
        self._wrong[caller] = (since, times + 1) if now - since < self.seconds else (now, 1)
        if len(self._wrong) > _MOST:
            self._wrong.popitem(last=False)
