"""Remembers which prediction answered an idempotency key, for so long; then forgets the key, not the prediction."""

import asyncio
import logging
from datetime import UTC, datetime, timedelta
from uuid import UUID

from sqlalchemy import Insert

from service.errors import AlreadyStoredError, HistoryUnavailableError
from service.prediction.batch import Batch
from service.prediction.ids import first_id
from service.prediction.predict import Row
from service.prediction.record import IdempotencyKey
from service.storage.backend import Database, Rows
from service.storage.queries import delete_expired, delete_some_expired, select_by_key, select_consecutive
from service.storage.tables import IDEMPOTENCY_KEYS

_log = logging.getLogger(__name__)
_SWEEP_SECONDS = 3_600
_DELETE_KEYS = 1_000
_PAUSE_SECONDS = 0.05


class IdempotencyStore:
    """The keys of a history. The database's unique index decides between processes, their clocks do not."""

    def __init__(self, database: Database, lifetime: timedelta) -> None:
        self._database = database
        self._lifetime = lifetime

    async def find(self, key: IdempotencyKey) -> Row | None:
        """What answered this key, if it came lately."""
        rows = await self._database.read(select_by_key(key, self._oldest()))
        return rows[0] if rows else None

    async def find_batch(self, key: IdempotencyKey, most: int) -> Rows | None:
        """The rows of the batch that came with this key lately, in their order; of a longer one, one too many."""
        first = await self.find(key)
        return await self._database.read(select_consecutive(first["id"], most)) if first else None

    async def store_batch(self, batch: Batch, key: IdempotencyKey) -> Rows | None:
        """Commit a batch of consecutive ids and its key, and return None; or return what came with the key first."""
        remembered = _insert_key(key, UUID(hex=batch.ids[0]))
        try:
            await self._database.insert_batch(batch, delete_expired(key, self._oldest()), remembered)
        except AlreadyStoredError:
            return await self.find_batch(key, len(batch))
        return None

    async def sweep(self) -> None:
        """Give back the room of all that are too old, a little at a time: who writes meanwhile hardly waits."""
        forgotten = _DELETE_KEYS
        while forgotten == _DELETE_KEYS:
            forgotten = await self._database.write(delete_some_expired(self._oldest(), _DELETE_KEYS))
            await asyncio.sleep(_PAUSE_SECONDS)

    async def keep_sweeping(self) -> None:
        """Sweep every hour, until cancelled."""
        while True:
            try:
                await self.sweep()
            except HistoryUnavailableError as error:
                _log.warning("old idempotency keys stay for another hour: %s", error)
            await asyncio.sleep(_SWEEP_SECONDS)

    def _oldest(self) -> UUID:
        return first_id(datetime.now(UTC) - self._lifetime)


def _insert_key(key: IdempotencyKey, name: UUID) -> Insert:
    return IDEMPOTENCY_KEYS.insert().values(caller=key.caller, key=key.text, prediction_id=name)
