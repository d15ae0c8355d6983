"""Remembers every prediction: rows that wait share a commit, and each learns how it went."""

import asyncio
import logging
import sys
from contextlib import suppress
from datetime import timedelta
from time import perf_counter

from service.batch import Batch
from service.database import Database
from service.errors import HistoryUnavailableError
from service.fresh import Fresh, fresh
from service.history_keys import Keys
from service.history_reading import Reading
from service.metrics import Metrics
from service.predicting import Row
from service.queries import Key

_log = logging.getLogger(__name__)
_MAX_COMMIT = 1_000
_RETRY_SECONDS = 1.0
_SLOW_COMMIT = 0.001
_GATHERING = 0.25
_LONGEST_GATHERING = 0.005
_Waiting = tuple[Fresh, asyncio.Future[None]]


class History(Reading):
    """The stored predictions, as one process writes and reads them; others may do so beside it."""

    def __init__(
        self, database: Database, waiting_limit: int, metrics: Metrics, key_lifetime: timedelta = timedelta(days=1)
    ) -> None:
        super().__init__(database)
        self._keys = Keys(database, key_lifetime)
        self._sweeping: asyncio.Task[None] | None = None
        self._limit = waiting_limit
        self._metrics = metrics
        self._waiting: list[_Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._gathered = asyncio.Event()
        self._expected = sys.maxsize
        self._batches = asyncio.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def open(self) -> None:
        """Open the database, trying until it is there; until then every call is refused."""
        self._loop = asyncio.get_running_loop()
        while self._closed_because:
            try:
                await self._database.open()
            except HistoryUnavailableError as error:
                _log.warning("the history cannot be opened, trying again: %s", error)
                self._closed_because = str(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._closed_because = None
        self._sweeping = self._loop.create_task(self._keys.keep_sweeping())

    async def close(self) -> None:
        """Wait for the commits under way, then let the database go."""
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        if self._writing:
            await self._writing
        await self._database.close()

    @property
    def waiting(self) -> int:
        """How many predictions wait for a commit."""
        return len(self._waiting)

    async def add(self, row: Row) -> None:
        """Return when the row is committed.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        await self.committed(fresh(row))

    def committed(self, row: Fresh) -> asyncio.Future[None]:
        """What to wait for until the row is committed; see `add`."""
        self.refuse_if_closed()
        if len(self._waiting) >= self._limit:
            raise HistoryUnavailableError(f"{self._limit} predictions wait for a commit already")
        loop = self._loop or asyncio.get_running_loop()  # which a system call finds, so it is asked once
        committed: asyncio.Future[None] = loop.create_future()
        self._waiting.append((row, committed))
        if len(self._waiting) >= self._expected:
            self._gathered.set()
        if self._writing is None:
            self._writing = loop.create_task(self._write())
        return committed

    async def add_once(self, row: Row, key: Key) -> Row:
        """The row that is stored for the key: this one, or the one that came with it first.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        self.refuse_if_closed()
        if known := await self._keys.find(key):
            return known
        stored = await self._keys.store(row, key)
        if stored is row:
            self._metrics.committed([fresh(row)])
        return stored

    async def add_batch(self, batch: Batch) -> None:
        """Return when all of it is committed; a failure leaves none of it. One batch at a time.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        self.refuse_if_closed()
        if not batch:
            return
        async with self._batches:
            await self._database.insert_batch(batch)
        self._metrics.committed_batch(batch)

    async def _write(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:_MAX_COMMIT], self._waiting[_MAX_COMMIT:]
                started = perf_counter()
                await self._commit(batch)
                await self._gather(len(batch) + len(self._waiting), perf_counter() - started)
        finally:
            self._writing = None

    async def _gather(self, expected: int, seconds: float) -> None:
        """After a slow commit, wait a moment for those who were just answered to ask again, and share the next."""
        if seconds < _SLOW_COMMIT:
            return
        self._expected = expected
        self._gathered.clear()
        with suppress(TimeoutError):
            async with asyncio.timeout(min(seconds * _GATHERING, _LONGEST_GATHERING)):
                await self._gathered.wait()
        self._expected = sys.maxsize

    async def _commit(self, batch: list[_Waiting]) -> None:
        rows = [row for row, _ in batch]
        try:
            await self._database.insert(rows)
        except HistoryUnavailableError as error:
            _log.warning("%d predictions were not stored: %s", len(batch), error)
            _tell(batch, str(error))
        except Exception:  # noqa: BLE001 - whatever it was, those who wait must be told
            _log.exception("%d predictions were not stored", len(batch))
            _tell(batch, "the commit failed, the service's log says why")
        else:
            self._metrics.committed(rows)
            _tell(batch, None)


def _tell(batch: list[_Waiting], failure: str | None) -> None:
    for _, committed in batch:
        if committed.done():  # whoever asked has left
            continue
        if failure is None:
            committed.set_result(None)
        else:
            committed.set_exception(HistoryUnavailableError(failure))
