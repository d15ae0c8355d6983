"""Reads the stored predictions: pages, one, all of them, and sums over time; knows nothing of writing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from service.errors import HistoryUnavailableError, NoSuchPredictionError
from service.prediction.predict import Row
from service.prediction.schemas import Summary
from service.storage.backend import Database, Rows
from service.storage.queries import Filters, select_one, select_page, select_totals
from service.storage.summary import span, summed

_EXPORT_ROWS = 2_000


class PredictionReader:
    """The stored predictions, for whoever only reads them."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._closed_because: str | None = "it is being opened"
        self._summing = asyncio.Lock()

    def ensure_open(self) -> None:
        """Raise HistoryUnavailableError where nothing can be stored or read as yet."""
        if self._closed_because:
            raise HistoryUnavailableError(self._closed_because)

    async def check(self) -> None:
        """Return if it can be read; raise HistoryUnavailableError if not."""
        await self.page(Filters(), None, 1)

    async def page(self, filters: Filters, before: UUID | None, limit: int) -> tuple[Rows, UUID | None]:
        """At most `limit` rows, newest first, and the id the next page starts before (None on the last)."""
        self.ensure_open()
        rows = await self._database.read(select_page(filters, before, limit + 1))
        more = len(rows) > limit
        return rows[:limit], rows[limit - 1]["id"] if more else None

    async def get(self, name: UUID) -> Row:
        """The row of an id.

        Raises:
            NoSuchPredictionError: there is none.
        """
        self.ensure_open()
        rows = await self._database.read(select_one(name))
        if not rows:
            raise NoSuchPredictionError(f"No stored prediction has the id {name}.")
        return rows[0]

    async def iterate_pages(self, filters: Filters) -> AsyncIterator[Rows]:
        """All rows, newest first, a page at a time: flat in memory, and no long read holds back the writer."""
        before: UUID | None = None
        while True:
            rows, before = await self.page(filters, before, _EXPORT_ROWS)
            yield rows
            if before is None:
                return

    async def summary(self, filters: Filters) -> Summary:
        """What was predicted over time; see `service.storage.summary`.

        A read for each step, and one at a time whoever asks: none is long, and pages find a connection beside it.

        Raises:
            BadInputError: the span is too long.
        """
        self.ensure_open()
        asked = span(filters, datetime.now(UTC))
        tallies = []
        for start, since, until in asked.steps():
            async with self._summing:
                rows = await self._database.read(select_totals(replace(filters, since=since, until=until)))
            tallies.append((start, rows))
        return summed(asked, tallies)
