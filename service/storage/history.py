"""Remembers every prediction: rows that wait share a commit, and each learns how it went."""

import asyncio
import logging
from datetime import timedelta

from service.errors import HistoryUnavailableError
from service.prediction.batch import Batch
from service.prediction.predict import Row
from service.prediction.record import IdempotencyKey, PendingRecord
from service.storage.backend import Database, Rows
from service.storage.group_commit import GroupCommitter
from service.storage.idempotency import IdempotencyStore
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
        self._committer = GroupCommitter(database.writers, database.timeout, metrics.committed, key_lifetime)
        self._batches = asyncio.Lock()

    async def open(self) -> None:
        """Open the database, trying until it is there; until then every call is refused."""
        while self._unavailable_reason:
            try:
                await self._database.open()
            except HistoryUnavailableError as error:
                if self._unavailable_reason != str(error):  # else every second
                    _log.warning("the history cannot be opened, trying again: %s", error)
                self._unavailable_reason = str(error)
                await asyncio.sleep(_RETRY_SECONDS)
            else:
                self._unavailable_reason = None
        self._sweeping = asyncio.create_task(self._keys.keep_sweeping())

    async def close(self) -> None:
        """Wait for the commits under way, then let the database go."""
        if self._sweeping:
            self._sweeping.cancel()
            await asyncio.wait({self._sweeping})
        await self._committer.drain()
        await self._database.close()

    @property
    def waiting(self) -> int:
        """How many predictions wait for a commit."""
        return len(self._committer)

    async def store(self, record: PendingRecord) -> Row | None:
        """Return None once the record is committed, or the row that is stored for its idempotency key already.

        Raises:
            HistoryUnavailableError: the record may not be stored, and must not be acknowledged.
        """
        while not await self._commit(record):
            # A key that expires between the commit and this read is free again.
            if record.key and (stored := await self._keys.find(record.key)):
                return stored
        return None

    def _commit(self, record: PendingRecord) -> asyncio.Future[bool]:
        self.ensure_open()
        if len(self._committer) >= self._limit:
            raise HistoryUnavailableError(f"{self._limit} predictions wait for a commit already")
        return self._committer.enqueue(record)

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
