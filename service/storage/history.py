"""Remembers every prediction: rows that wait share a commit, and each learns how it went."""

import asyncio
import logging
from datetime import timedelta
from functools import partial

from service.batches.predict import Batch
from service.errors import HistoryUnavailableError
from service.prediction.predict import Row
from service.prediction.record import Fresh, fresh
from service.storage.backend import Database, Rows
from service.storage.group_commit import CommitCallback, GroupCommitter
from service.storage.idempotency import IdempotencyStore
from service.storage.queries import IdempotencyKey
from service.storage.reader import PredictionReader
from service.telemetry.metrics import Metrics

_log = logging.getLogger(__name__)
_RETRY_SECONDS = 1.0


class History(PredictionReader):
    """The stored predictions, as one process writes and reads them; others may do so beside it."""

    def __init__(
        self, database: Database, waiting_limit: int, metrics: Metrics, key_lifetime: timedelta = timedelta(days=1)
    ) -> None:
        super().__init__(database)
        self._keys = IdempotencyStore(database, key_lifetime)
        self._sweeping: asyncio.Task[None] | None = None
        self._limit = waiting_limit
        self._metrics = metrics
        self._commits = GroupCommitter(database.lanes, database.patience, metrics.committed)
        self._batches = asyncio.Lock()

    async def open(self) -> None:
        """Open the database, trying until it is there; until then every call is refused."""
        while self._closed_because:
            try:
                await self._database.open()
            except HistoryUnavailableError as error:
                if self._closed_because != str(error):  # else every second
                    _log.warning("the history cannot be opened, trying again: %s", error)
                self._closed_because = str(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._closed_because = None
        self._sweeping = asyncio.create_task(self._keys.keep_sweeping())

    async def close(self) -> None:
        """Wait for the commits under way, then let the database go."""
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        await self._commits.drain()
        await self._database.close()

    @property
    def waiting(self) -> int:
        """How many predictions wait for a commit."""
        return len(self._commits)

    async def add(self, row: Row) -> None:
        """Return when the row is committed.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        await self.committed(fresh(row))

    def committed(self, row: Fresh) -> asyncio.Future[None]:
        """What to wait for until the row is committed; see `add`."""
        committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.enqueue(row, partial(_settle, committed))
        return committed

    def enqueue(self, row: Fresh, told: CommitCallback) -> None:
        """Have `told` called once the row is committed, or may not be; raises HistoryUnavailableError as `add`."""
        self.ensure_open()
        if len(self._commits) >= self._limit:
            raise HistoryUnavailableError(f"{self._limit} predictions wait for a commit already")
        self._commits.enqueue(row, told)

    async def add_once(self, row: Row, key: IdempotencyKey) -> Row:
        """The row that is stored for the key: this one, or the one that came with it first.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        self.ensure_open()
        if known := await self._keys.find(key):
            return known
        stored = await self._keys.store(row, key)
        if stored is row:
            self._metrics.committed([fresh(row)])
        return stored

    async def add_batch_once(self, batch: Batch, key: IdempotencyKey) -> Rows | None:
        """Store a batch whose ids are in a row, and return None; or the rows of the one that came with the key first.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        self.ensure_open()
        if not batch:
            return None
        if known := await self._keys.find_batch(key, len(batch)):
            return known
        async with self._batches:
            known = await self._keys.store_batch(batch, key)
        if known is None:
            self._metrics.committed_batch(batch)
        return known

    async def find_batch(self, key: IdempotencyKey, most: int) -> Rows | None:
        """What came with this key lately, in its order: at most so many rows and one more.

        Raises:
            HistoryUnavailableError: it cannot be read.
        """
        self.ensure_open()
        return await self._keys.find_batch(key, most)

    async def add_batch(self, batch: Batch) -> None:
        """Return when all of it is committed; a failure leaves none of it. One batch at a time.

        Raises:
            HistoryUnavailableError: it may not be, and must not be acknowledged.
        """
        self.ensure_open()
        if not batch:
            return
        async with self._batches:
            await self._database.insert_batch(batch)
        self._metrics.committed_batch(batch)


def _settle(committed: asyncio.Future[None], failure: str | None) -> None:
    if committed.done():  # whoever asked has left
        return
    if failure is None:
        committed.set_result(None)
    else:
        committed.set_exception(HistoryUnavailableError(failure))
