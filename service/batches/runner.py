"""Runs a batch chunk by chunk: predict, store, render; knows no HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from service.batches.predict import BatchPredictor, match_requests
from service.batches.rows import CheckedRows
from service.errors import KeyReusedError
from service.prediction.batch import Batch
from service.prediction.clock import Clock
from service.prediction.ids import consecutive_ids, new_ids
from service.prediction.record import IdempotencyKey
from service.storage.backend import Rows
from service.storage.history import History

T = TypeVar("T")


@dataclass(frozen=True)
class BatchRunner:
    """One batch of one caller, with the key that the caller sent."""

    history: History
    clock: Clock
    predictor: BatchPredictor
    caller: str
    key: str | None

    async def predict(self, chunks: Iterator[CheckedRows]) -> AsyncIterator[tuple[CheckedRows, Batch]]:
        """Yield each chunk with its predictions; a chunk is read only when it is requested."""
        while (result := await asyncio.to_thread(self._predict_next, chunks)) is not None:
            yield result

    async def respond(self, rows: CheckedRows, batch: Batch, render: Callable[[Batch | Rows], T], chunk: int = 0) -> T:
        """Return the rendered predictions once they are committed; render while the commit is under way."""
        stored, text = await asyncio.gather(self._store(rows, batch, chunk), asyncio.to_thread(render, batch))
        return text if stored is batch else await asyncio.to_thread(render, stored)

    async def ensure_same_batch(self, chunks: Iterator[CheckedRows]) -> None:
        """Check that the key was not used before, or with (the beginning of) this very batch.

        Raises:
            KeyReusedError: the key belongs to another batch.
        """
        chunk = 0
        while (rows := await asyncio.to_thread(next, chunks, None)) is not None:
            stored = await self.history.find_batch(self._chunk_key(chunk), len(rows))
            if stored is None:
                return
            if not match_requests(stored, rows):
                raise KeyReusedError
            chunk += 1
        if await self.history.find_batch(self._chunk_key(chunk), 0):
            raise KeyReusedError  # the other batch is longer

    async def _store(self, rows: CheckedRows, batch: Batch, chunk: int) -> Batch | Rows:
        """Commit the predictions and return them, or those that are stored under the key already."""
        if self.key is None:
            await self.history.add_batch(batch)
            return batch
        stored = await self.history.add_batch_once(batch, self._chunk_key(chunk))
        if stored is not None and not match_requests(stored, rows):
            raise KeyReusedError
        return batch if stored is None else stored

    def _chunk_key(self, chunk: int) -> IdempotencyKey:
        # A client's key contains no blank, so keys of batches and of single requests never collide.
        return IdempotencyKey(self.caller, f"batch {chunk} {self.key}")

    def _predict_next(self, chunks: Iterator[CheckedRows]) -> tuple[CheckedRows, Batch] | None:
        rows = next(chunks, None)
        ids = new_ids if self.key is None else consecutive_ids
        return None if rows is None else (rows, self.predictor.predict(rows, self.clock.utc_now(), ids))
