"""Shares commits between predictions that arrive together; knows neither the database nor who asked."""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter
from typing import Protocol

from service.errors import HistoryUnavailableError
from service.prediction.record import Fresh

_log = logging.getLogger(__name__)
MAX_GROUP_ROWS = 1_000
SMALL_GROUP_ROWS = 16
SLOW_COMMIT_SECONDS = 0.001
GATHER_SHARE = 0.25
MAX_GATHER_SECONDS = 0.005
WATCHDOG_SECONDS = 0.5

CommitCallback = Callable[[str | None], None]
"""Is called once: with None when a row is committed, else with why it may not be. It must not raise."""


class CommitGroup:
    """Rows that share a commit: all are stored or none."""

    def __init__(self, waiting: Sequence[tuple[Fresh, CommitCallback]]) -> None:
        self.rows = [row for row, _ in waiting]
        self.told = [told for _, told in waiting]
        self.started = perf_counter()
        self.over = False

    @property
    def seconds(self) -> float:
        """Since it was taken."""
        return perf_counter() - self.started


class CommitWriter(Protocol):
    """Commits one group after the other."""

    def begin(self, commits: "GroupCommitter") -> None:
        """Commit what there is to take until there is nothing; `Commits.tell` of each, and `rest` at the end."""


class GroupCommitter:
    """Who comes while a commit is under way shares the next; on several lanes, commits of few rows overlap.

    A lane takes its next group itself, on whatever thread it works, so that the disk waits neither for the event
    loop nor for the answers. All but `take` is for the loop's thread.
    """

    def __init__(
        self, lanes: Sequence[CommitWriter], patience: float, committed: Callable[[Sequence[Fresh]], None]
    ) -> None:
        """A group not committed after `patience` seconds is told so; `committed` is called with rows that are."""
        self._resting = [*lanes]
        self._patience = patience
        self._committed = committed
        self._waiting: deque[tuple[Fresh, CommitCallback]] = deque()
        self._under_way: dict[CommitWriter, CommitGroup] = {}
        self._owed = 0
        self._slow: CommitGroup | None = None
        self._expected = sys.maxsize
        self._beginning: asyncio.Handle | None = None
        self._looking: asyncio.Handle | None = None
        self._finished: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        """How many rows wait."""
        return len(self._waiting)

    def enqueue(self, row: Fresh, told: CommitCallback) -> None:
        """Commit a row with all that come before the event loop has been round."""
        self._owed += 1
        self._waiting.append((row, told))
        if not self._resting:
            return
        if self._beginning is None:
            self._beginning = asyncio.get_running_loop().call_soon(self._begin)
        elif len(self._waiting) >= self._expected:
            self._begin()

    def next_group(self, lane: CommitWriter) -> CommitGroup | None:
        """What this lane commits next, its last group being committed or refused; None where it had better rest."""
        last = self._under_way.pop(lane, None)
        self._slow = last if last and last.seconds > SLOW_COMMIT_SECONDS else None
        if self._slow or not self._room() or not (waiting := self._some()):
            return None
        group = self._under_way[lane] = CommitGroup(waiting)
        return group

    def tell(self, group: CommitGroup, error: Exception | None) -> None:
        """A group is committed, or may not be."""
        if group.over:
            return
        group.over = True
        self._owed -= len(group.rows)
        failure = _reason(error, len(group.rows)) if error else None
        for told in group.told:
            told(failure)
        if failure is None:
            self._committed(group.rows)
        if self._finished and not self._finished.done() and not self._owed:
            self._finished.set_result(None)

    def rest(self, lane: CommitWriter) -> None:
        """A lane has nothing to do, until something comes; call it once its last group was told."""
        self._resting.append(lane)
        if self._slow is None:
            self._begin()
        elif self._beginning is None:
            # In a moment, so that those who were told now can ask again and share the next.
            self._expected = len(self._slow.rows) + len(self._waiting)
            moment = min(self._slow.seconds * GATHER_SHARE, MAX_GATHER_SECONDS)
            self._beginning = asyncio.get_running_loop().call_later(moment, self._begin)

    async def drain(self) -> None:
        """Return when all that wait are told."""
        self._begin()
        if self._owed:
            self._finished = asyncio.get_running_loop().create_future()
            await self._finished
        if self._looking:
            self._looking.cancel()

    def _begin(self) -> None:
        if self._beginning:
            self._beginning.cancel()
        self._beginning, self._expected = None, sys.maxsize
        if self._waiting and self._resting and self._room():
            self._resting.pop().begin(self)
            if self._looking is None:
                self._look()

    def _room(self) -> bool:
        under_way = sum(len(group.rows) for group in list(self._under_way.values()))
        return not under_way or (self._slow is None and under_way <= SMALL_GROUP_ROWS)

    def _some(self) -> list[tuple[Fresh, CommitCallback]]:
        some: list[tuple[Fresh, CommitCallback]] = []
        with suppress(IndexError):  # another thread may take them too
            while len(some) < MAX_GROUP_ROWS:
                some.append(self._waiting.popleft())
        return some

    def _look(self) -> None:
        """Nobody but this ends the wait for a disk that stands still."""
        late = [group for group in list(self._under_way.values()) if group.seconds > self._patience]
        if late and (waiting := self._some()):
            late.append(CommitGroup(waiting))  # for them there is nobody else either
        for group in late:
            self.tell(group, HistoryUnavailableError(f"no commit ended within {self._patience:g} s"))
        self._looking = asyncio.get_running_loop().call_later(WATCHDOG_SECONDS, self._look)


def _reason(error: Exception, rows: int) -> str:
    if isinstance(error, HistoryUnavailableError):
        _log.warning("%d predictions were not stored: %s", rows, error)
        return str(error)
    _log.error("%d predictions were not stored", rows, exc_info=error)
    return "the commit failed, the service's log says why"
