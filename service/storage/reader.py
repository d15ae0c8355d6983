"""Reads stored predictions: pages, single ones, all of them, and sums over time; writes nothing."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from service.errors import HistoryUnavailableError, PredictionNotFoundError
from service.prediction.predict import Row
from service.prediction.schemas import Summary
from service.storage.backend import Database, Rows
from service.storage.filters import Filters
from service.storage.queries import select_by_id, select_page, select_totals
from service.storage.summary import build_summary, requested_span

_EXPORT_PAGE_ROWS = 2_000


class PredictionReader:
    """Read access to the stored predictions."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._unavailable_reason: str | None = "it is being opened"
        self._summary_lock = asyncio.Lock()

    def ensure_open(self) -> None:
        """Raise HistoryUnavailableError if the database is not open yet."""
        if self._unavailable_reason:
            raise HistoryUnavailableError(self._unavailable_reason)

    async def check(self) -> None:
        """Raise HistoryUnavailableError if the database cannot be read."""
        await self.page(Filters(), None, 1)

    async def page(self, filters: Filters, before: UUID | None, limit: int) -> tuple[Rows, UUID | None]:
        """Return at most `limit` rows, newest first, and the id before which the next page starts, if there is one."""
        self.ensure_open()
        rows = await self._database.read(select_page(filters, before, limit + 1))
        more = len(rows) > limit
        return rows[:limit], rows[limit - 1]["id"] if more else None

    async def get(self, prediction_id: UUID) -> Row:
        """Return the row with an id.

        Raises:
            PredictionNotFoundError: no row has it.
        """
        self.ensure_open()
        rows = await self._database.read(select_by_id(prediction_id))
        if not rows:
            raise PredictionNotFoundError(f"No stored prediction has the id {prediction_id}.")
        return rows[0]

    async def iterate_pages(self, filters: Filters) -> AsyncIterator[Rows]:
        """Yield all rows, newest first, a page at a time: memory stays flat and no long read delays the writer."""
        before: UUID | None = None
        while True:
            rows, before = await self.page(filters, before, _EXPORT_PAGE_ROWS)
            yield rows
            if before is None:
                return

    async def summary(self, filters: Filters) -> Summary:
        """Summarize predictions over time; see `service.storage.summary`.

        Each day or hour is a query of its own, and only one runs at a time: pages find a connection beside it.

        Raises:
            BadInputError: the span is too long.
        """
        self.ensure_open()
        span = requested_span(filters, datetime.now(UTC))
        totals = []
        for start, since, until in span.steps():
            async with self._summary_lock:
                rows = await self._database.read(select_totals(replace(filters, since=since, until=until)))
            totals.append((start, rows))
        return build_summary(span, totals)
