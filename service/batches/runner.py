"""A batch on its way: predicted, stored and written out, a part after the other; knows no HTTP."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from service.batches.predict import Asked, Batch, Predicting, answered_by
from service.dependencies import Dependencies
from service.errors import KeyReusedError
from service.prediction.ids import consecutive_ids, new_ids
from service.prediction.record import IdempotencyKey
from service.storage.backend import Rows

T = TypeVar("T")


@dataclass(frozen=True)
class Asking:
    """Who asks, with which key, and what predicts it."""

    dependencies: Dependencies
    predicting: Predicting
    caller: str
    key: str | None

    async def predicted(self, parts: Iterator[Asked]) -> AsyncIterator[tuple[Asked, Batch]]:
        """What is asked and what is predicted, a part at a time; each is read only then."""
        while made := await asyncio.to_thread(self._next, parts, self.dependencies.clock.utc_now()):
            yield made

    async def answer(self, asked: Asked, batch: Batch, write: Callable[[Batch | Rows], T], part: int = 0) -> T:
        """What `write` makes of the predictions, once they are committed; it does so meanwhile."""
        stored, text = await asyncio.gather(self.store(asked, batch, part), asyncio.to_thread(write, batch))
        return text if stored is batch else await asyncio.to_thread(write, stored)

    async def store(self, asked: Asked, batch: Batch, part: int) -> Batch | Rows:
        """The predictions, once they are committed; what answered the key already, if something did.

        Raises:
            KeyReusedError: that was another batch.
        """
        if self.key is None:
            await self.dependencies.history.add_batch(batch)
            return batch
        stored = await self.dependencies.history.add_batch_once(batch, self._key(part))
        if stored is not None and not answered_by(stored, asked):
            raise KeyReusedError
        return batch if stored is None else stored

    async def compare(self, parts: Iterator[Asked]) -> None:
        """Return where nothing came with the key yet, or the first of these parts, or all of them.

        Raises:
            KeyReusedError: that was another file.
        """
        part = 0
        while asked := await asyncio.to_thread(next, parts, None):
            known = await self.dependencies.history.find_batch(self._key(part), len(asked.which))
            if known is None:
                return
            if not answered_by(known, asked):
                raise KeyReusedError
            part += 1
        if await self.dependencies.history.find_batch(self._key(part), 0):
            raise KeyReusedError  # that one went on

    def _key(self, part: int) -> IdempotencyKey:
        # No key has a blank in it: those of batches and of single questions never meet.
        return IdempotencyKey(self.caller, f"batch {part} {self.key}")

    def _next(self, parts: Iterator[Asked], now: datetime) -> tuple[Asked, Batch] | None:
        asked = next(parts, None)
        ids = new_ids if self.key is None else consecutive_ids
        return (asked, self.predicting.batch(asked, now, ids)) if asked else None
