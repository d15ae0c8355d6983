"""Limits how often passwords may be tried: by name and address together, by address, and by name. Knows no HTTP."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic
from typing import NamedTuple

_MAX_KEYS = 20_000  # the oldest are forgotten first; a key takes some 200 bytes
_MAX_KEY_CHARACTERS = 64  # of a name, as long as one can be


class Source(NamedTuple):
    """Who tries a password, and for whom."""

    address: str
    name: str


def source_of(address: str, name: str) -> Source:
    """Return a source. An IPv6 address counts as its /64 network: whoever has one has all of that."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return Source(address, name[:_MAX_KEY_CHARACTERS])
    if isinstance(parsed, IPv6Address):
        mapped = parsed.ipv4_mapped
        address = str(mapped or ip_network((int(parsed), 64), strict=False))
    return Source(address, name[:_MAX_KEY_CHARACTERS])


@dataclass(frozen=True)
class AttemptLimits:
    """Attempts in `seconds`. One address can use up neither another's share nor all of a name's."""

    by_source: int = 10
    by_address: int = 50
    by_name: int = 100
    seconds: float = 60


@dataclass
class LoginAttempts:
    """Counts attempts before the password is hashed, and forgets those that succeed.

    Somebody who logged in from an address is limited there only by their own attempts: nobody else, at that address or
    another, can lock them out.
    """

    limits: AttemptLimits = field(default_factory=AttemptLimits)
    clock: Callable[[], float] = monotonic
    _counts: OrderedDict[tuple[str, ...], tuple[float, int]] = field(default_factory=OrderedDict)
    _known: OrderedDict[Source, None] = field(default_factory=OrderedDict)

    def begin(self, source: Source) -> int:
        """Count an attempt and return 0, or return the seconds to wait if a limit is reached."""
        counters = list(self._counters(source))
        wait = max(self._seconds_to_wait(key, limit) for key, limit in counters)
        if wait <= 0:
            for key, _ in counters:
                self._add(key)
        return ceil(wait)

    def cancel(self, source: Source) -> None:
        """Take an attempt back: its password was right, or was not tried at all."""
        for key, _ in self._counters(source):
            if key in self._counts:
                until, count = self._counts[key]
                self._counts[key] = until, max(count - 1, 0)

    def succeed(self, source: Source) -> None:
        """Take an attempt back and remember that its user logs in from this address."""
        self.cancel(source)
        self._known[source] = None
        self._known.move_to_end(source)
        if len(self._known) > _MAX_KEYS:
            self._known.popitem(last=False)

    def is_known(self, source: Source) -> bool:
        """Return whether this name has logged in from this address."""
        return source in self._known

    def _counters(self, source: Source) -> Iterator[tuple[tuple[str, ...], int]]:
        yield ("source", *source), self.limits.by_source
        if source not in self._known:
            yield ("address", source.address), self.limits.by_address
            yield ("name", source.name), self.limits.by_name

    def _seconds_to_wait(self, key: tuple[str, ...], limit: int) -> float:
        until, count = self._counts.get(key, (0.0, 0))
        return until - self.clock() if count >= limit else 0

    def _add(self, key: tuple[str, ...]) -> None:
        now = self.clock()
        until, count = self._counts.pop(key, (0.0, 0))
        self._counts[key] = (until, count + 1) if until > now else (now + self.limits.seconds, 1)
        if len(self._counts) > _MAX_KEYS:
            self._counts.popitem(last=False)
