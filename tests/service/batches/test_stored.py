"""A batch is stored whole or not at all, whatever its number of rows."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from domain.calendar import ALL_CODES
from service.errors import HistoryUnavailableError
from service.prediction.batch import Batch, UniqueRows
from service.prediction.ids import new_ids
from service.prediction.predict import Row
from service.storage.filters import Filters
from service.storage.history import History
from tests.service.storage.test_history_pages import NOW, kind, opened, server, url

__all__ = ["server", "url"]


def make_batch(rows: int, minutes: int = 0) -> Batch:
    """So many predictions of every kind, the first of them the kind of the last number."""
    moment = NOW + timedelta(minutes=minutes)
    kinds = UniqueRows(kind(codes, "1") for codes in ALL_CODES)
    return Batch(kinds, [-number % len(kinds) for number in range(rows)], new_ids(moment, rows), moment)


async def stored_of(history: History, *batches: Batch) -> list[Row]:
    """What is stored of these, oldest first, the ids as a batch has them."""
    ids = {name for batch in batches for name in batch.ids}
    rows = [row | {"id": row["id"].hex} async for page in history.iterate_pages(Filters()) for row in page]
    return [row for row in rows if row["id"] in ids][::-1]


@pytest.mark.parametrize("rows", [1, 24, 2_499, 2_500, 2_501, 5_137])
def test_each_row_is_stored_under_its_id(url: str, rows: int) -> None:
    async def scenario() -> tuple[Batch, list[Row]]:
        async with opened(url) as history:
            await history.add_batch(batch := make_batch(rows))
            return batch, await stored_of(history, batch)

    batch, stored = asyncio.run(scenario())
    wanted: list[dict[str, Any]] = [
        batch.rows[each] | {"id": name, "created_at": batch.created_at}
        for each, name in zip(batch.row_index, batch.ids, strict=True)
    ]
    assert stored == wanted


@pytest.mark.parametrize("place", [0, 2_400, 2_600, 2_999])
def test_a_row_that_cannot_be_stored_leaves_none_and_the_next_batch_is_stored(url: str, place: int) -> None:
    async def scenario() -> tuple[list[str], list[Row]]:
        async with opened(url) as history:
            first, second, third = (make_batch(3_000, minutes) for minutes in range(3))
            ids = [*second.ids[:place], first.ids[7], *second.ids[place + 1 :]]
            await history.add_batch(first)
            with pytest.raises(HistoryUnavailableError):
                await history.add_batch(replace(second, ids=ids))
            await history.add_batch(third)
            return [*first.ids, *third.ids], await stored_of(history, first, second, third)

    ids, stored = asyncio.run(scenario())
    assert [row["id"] for row in stored] == ids
