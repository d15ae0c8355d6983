"""Shares commits between predictions that arrive together; knows neither the database nor who asked."""

import asyncio
import logging
import sys
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from time import perf_counter

from service.errors import HistoryUnavailableError
from service.fresh import Fresh

_log = logging.getLogger(__name__)
_MOST = 1_000
_SLOW = 0.001
_GATHERING = 0.25
_LONGEST_GATHERING = 0.005

Told = Callable[[str | None], None]
"""Is called once: with None when a row is committed, else with why it may not be. It must not raise."""
_Waiting = tuple[Fresh, Told]


class Commits:
    """One commit at a time; whoever comes while it is under way shares the next."""

    def __init__(self, insert: Callable[[Sequence[Fresh]], Awaitable[None]], committed: Callable[..., None]) -> None:
        """`insert` commits rows, or raises; `committed` is called with those that are."""
        self._insert = insert
        self._committed = committed
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiting: list[_Waiting] = []
        self._beginning: asyncio.Handle | None = None
        self._writing: asyncio.Future[None] | None = None
        self._expected = sys.maxsize

    def __len__(self) -> int:
        """How many rows wait."""
        return len(self._waiting)

    def put(self, row: Fresh, told: Told) -> None:
        """Commit a row with all that come before the event loop has been round."""
        self._waiting.append((row, told))
        if self._writing:
            return
        if self._beginning is None:
            self._loop = asyncio.get_running_loop()
            self._beginning = self._loop.call_soon(self._begin)
        elif len(self._waiting) >= self._expected:
            self._begin()

    async def finish(self) -> None:
        """Return when all that wait are told."""
        while self._waiting or self._writing:
            self._begin()
            if self._writing:
                await asyncio.wait({self._writing})

    def _begin(self) -> None:
        if self._beginning:
            self._beginning.cancel()
        self._beginning, self._expected = None, sys.maxsize
        if self._writing or not self._waiting:
            return
        group, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
        self._writing = writing = asyncio.ensure_future(self._insert([row for row, _ in group]))
        writing.add_done_callback(partial(self._end, group, perf_counter()))

    def _end(self, group: list[_Waiting], started: float, writing: asyncio.Future[None]) -> None:
        self._writing = None
        # Before the answers, which take their time: so the disk need not wait for them.
        self._go_on(len(group), perf_counter() - started)
        failure = _reason(writing, len(group))
        for _, told in group:
            told(failure)
        if failure is None:
            self._committed([row for row, _ in group])

    def _go_on(self, told: int, seconds: float) -> None:
        """At once; after a slow commit in a moment, so that those who are told now can ask again and share the next."""
        if seconds < _SLOW or self._loop is None:
            self._begin()
            return
        self._expected = told + len(self._waiting)
        self._beginning = self._loop.call_later(min(seconds * _GATHERING, _LONGEST_GATHERING), self._begin)


def _reason(writing: asyncio.Future[None], rows: int) -> str | None:
    error = writing.exception()
    if error is None:
        return None
    if isinstance(error, HistoryUnavailableError):
        _log.warning("%d predictions were not stored: %s", rows, error)
        return str(error)
    _log.error("%d predictions were not stored", rows, exc_info=error)
    return "the commit failed, the service's log says why"
