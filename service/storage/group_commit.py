"""Groups predictions that arrive together into one commit. Knows neither the database nor who asked."""

import asyncio
import logging
import sys
from collections import deque
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from time import perf_counter
from typing import NamedTuple, Protocol
from uuid import UUID

from service.errors import HistoryUnavailableError
from service.prediction.ids import first_id
from service.prediction.record import IdempotencyKey, PendingRecord

_log = logging.getLogger(__name__)
MAX_GROUP_ROWS = 1_000
SMALL_GROUP_ROWS = 16
SLOW_COMMIT_SECONDS = 0.001
GATHER_SHARE = 0.25
MAX_GATHER_SECONDS = 0.005
WATCHDOG_SECONDS = 0.5


class Waiting(NamedTuple):
    """A record that waits for its commit, and the future that learns whether it was stored."""

    record: PendingRecord
    stored: asyncio.Future[bool]


class CommitGroup:
    """Records that share a commit: the database stores all of them or none, but for taken idempotency keys."""

    def __init__(self, waiting: Sequence[Waiting], key_lifetime: timedelta) -> None:
        self.waiting = waiting
        self.records = [each.record for each in waiting]
        self._key_lifetime = key_lifetime
        self.started = perf_counter()
        self.finished = False

    @property
    def seconds(self) -> float:
        """Return the time since a writer took the group."""
        return perf_counter() - self.started

    @property
    def oldest_id(self) -> UUID:
        """Return the smallest prediction id whose idempotency key is not expired."""
        return first_id(datetime.now(UTC) - self._key_lifetime)


class CommitWriter(Protocol):
    """Commits one group after the other."""

    def start(self, committer: "GroupCommitter") -> None:
        """Commit groups from `next_group` until there is none. Call `finish` after each, and `idle` at the end."""


class GroupCommitter:
    """Records that arrive during a commit share the next one. Small commits of two writers may overlap.

    A writer takes its next group itself, on whatever thread it works, so the disk waits neither for the event loop
    nor for the answers. Call everything but `next_group` on the loop's thread.
    """

    def __init__(
        self,
        writers: Sequence[CommitWriter],
        timeout: float,
        on_stored: Callable[[Sequence[PendingRecord]], None],
        key_lifetime: timedelta = timedelta(days=1),
    ) -> None:
        """Fail a group that is not committed within `timeout` seconds; call `on_stored` with stored records."""
        self._key_lifetime = key_lifetime
        self._idle = [*writers]
        self._timeout = timeout
        self._on_stored = on_stored
        self._waiting: deque[Waiting] = deque()
        self._in_progress: dict[CommitWriter, CommitGroup] = {}
        self._unresolved = 0
        self._last_slow: CommitGroup | None = None
        self._expected_rows = sys.maxsize
        self._starting: asyncio.Handle | None = None
        self._watchdog: asyncio.Handle | None = None
        self._drained: asyncio.Future[None] | None = None

    def __len__(self) -> int:
        """Return how many records wait."""
        return len(self._waiting)

    def enqueue(self, record: PendingRecord) -> asyncio.Future[bool]:
        """Commit a record with all others that arrive in this turn of the event loop.

        The future is False if another record has the idempotency key already, and raises HistoryUnavailableError if
        the commit failed.
        """
        loop = asyncio.get_running_loop()
        stored = loop.create_future()
        self._unresolved += 1
        self._waiting.append(Waiting(record, stored))
        if self._idle:
            if self._starting is None:
                self._starting = loop.call_soon(self._start)
            elif len(self._waiting) >= self._expected_rows:
                self._start()
        return stored

    def next_group(self, writer: CommitWriter) -> CommitGroup | None:
        """Return the next group to commit, or None if the writer should stop. Its last group is committed or failed."""
        last = self._in_progress.pop(writer, None)
        self._last_slow = last if last and last.seconds > SLOW_COMMIT_SECONDS else None
        if self._last_slow or not self._has_room() or not (waiting := self._take()):
            return None
        group = self._in_progress[writer] = CommitGroup(waiting, self._key_lifetime)
        return group

    def finish(self, group: CommitGroup, key_taken: Collection[str] = (), error: Exception | None = None) -> None:
        """Resolve the futures of a group. `key_taken` are ids of records whose idempotency key was there already."""
        if group.finished:
            return
        group.finished = True
        self._unresolved -= len(group.waiting)
        failure = _reason(error, len(group.waiting)) if error else None
        for record, stored in group.waiting:
            if stored.done():  # the client has left
                continue
            if failure is None:
                stored.set_result(record.id not in key_taken)
            else:
                stored.set_exception(HistoryUnavailableError(failure))
        if failure is None:
            self._on_stored([each for each in group.records if each.id not in key_taken])
        if self._drained and not self._drained.done() and not self._unresolved:
            self._drained.set_result(None)

    def idle(self, writer: CommitWriter) -> None:
        """Take back a writer that has nothing to do, after `finish` of its last group."""
        self._idle.append(writer)
        if self._last_slow is None:
            self._start()
        elif self._starting is None:
            # Wait a moment: clients that were just answered can ask again and share the next commit.
            self._expected_rows = len(self._last_slow.records) + len(self._waiting)
            seconds = min(self._last_slow.seconds * GATHER_SHARE, MAX_GATHER_SECONDS)
            self._starting = asyncio.get_running_loop().call_later(seconds, self._start)

    async def drain(self) -> None:
        """Return when every record is stored or failed."""
        self._start()
        if self._unresolved:
            self._drained = asyncio.get_running_loop().create_future()
            await self._drained
        if self._watchdog:
            self._watchdog.cancel()

    def _start(self) -> None:
        if self._starting:
            self._starting.cancel()
        self._starting, self._expected_rows = None, sys.maxsize
        if self._waiting and self._idle and self._has_room():
            self._idle.pop().start(self)
            if self._watchdog is None:
                self._watch()

    def _has_room(self) -> bool:
        rows = sum(len(group.waiting) for group in list(self._in_progress.values()))
        return not rows or (self._last_slow is None and rows <= SMALL_GROUP_ROWS)

    def _take(self) -> list[Waiting]:
        """Take what waits. Of records with one idempotency key a group has the first; the others wait for the next."""
        taken: list[Waiting] = []
        later: list[Waiting] = []
        keys: set[IdempotencyKey] = set()
        with suppress(IndexError):  # another thread may take them too
            while len(taken) < MAX_GROUP_ROWS:
                waiting = self._waiting.popleft()
                key = waiting.record.key
                (later if key in keys else taken).append(waiting)
                if key:
                    keys.add(key)
        self._waiting.extendleft(reversed(later))
        return taken

    def _watch(self) -> None:
        """Fail groups that take too long: nothing else ends the wait for a disk that stands still."""
        late = [group for group in list(self._in_progress.values()) if group.seconds > self._timeout]
        if late and (waiting := self._take()):
            late.append(CommitGroup(waiting, self._key_lifetime))
        for group in late:
            self.finish(group, error=HistoryUnavailableError(f"no commit ended within {self._timeout:g} s"))
        self._watchdog = asyncio.get_running_loop().call_later(WATCHDOG_SECONDS, self._watch)


def _reason(error: Exception, rows: int) -> str:
    if isinstance(error, HistoryUnavailableError):
        _log.warning("%d predictions were not stored: %s", rows, error)
        return str(error)
    _log.error("%d predictions were not stored", rows, exc_info=error)
    return "the commit failed, the service's log says why"
