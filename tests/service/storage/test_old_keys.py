"""Idempotency keys are remembered for so long, then they may be used again, on SQLite and on PostgreSQL."""

import asyncio
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from service.batches.predict import BatchPredictor
from service.batches.rows import CheckedRows
from service.prediction.ids import consecutive_ids, new_id
from service.prediction.predict import Row, build_row
from service.prediction.predictor import Predictor
from service.prediction.record import IdempotencyKey, pending
from service.prediction.requests import CodesRequest
from service.storage.factory import connect
from service.storage.filters import Filters
from service.storage.history import History
from service.storage.idempotency import IdempotencyStore
from service.storage.tables import IDEMPOTENCY_KEYS as KEYS
from tests.service.conftest import champion
from tests.service.storage.test_history_pages import opened, server, url

__all__ = ["server", "url"]
ONCE = IdempotencyKey("page", "once")


def row(age: timedelta = timedelta()) -> Row:
    """A prediction of that age, which nobody has stored."""
    question = CodesRequest(DayOfWeek=3, Season=1, Holiday=0)
    return build_row(question, Predictor(champion()), datetime.now(UTC) - age)


async def stored_id(history: History, key: IdempotencyKey) -> UUID:
    """The id of the prediction that answers the key."""
    stored = await history.store(pending(row(), key))
    assert stored
    return UUID(int=stored["id"].int)


def test_a_key_is_remembered_for_a_day_and_may_then_be_used_again(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as history:
            lately = row(timedelta(hours=23))
            assert await history.store(pending(lately, ONCE)) is None
            assert await stored_id(history, ONCE) == lately["id"]
            other = IdempotencyKey("shop", "once")
            long_ago, new = row(timedelta(hours=25)), row()
            assert await history.store(pending(long_ago, other)) is None
            assert await history.store(pending(new, other)) is None
            assert await stored_id(history, other) == new["id"]
            stored, _ = await history.page(Filters(), None, 10)
            assert [each["id"] for each in stored] == [new["id"], lately["id"], long_ago["id"]]

    asyncio.run(scenario())


def test_an_old_key_that_many_use_again_at_once_is_one_prediction(url: str) -> None:
    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            histories = [await stack.enter_async_context(opened(url)) for _ in range(3)]
            key = IdempotencyKey("page", "many")
            await histories[0].store(pending(row(timedelta(hours=25)), key))
            rows = [row() for _ in range(15)]
            asking = [histories[number % 3].store(pending(each, key)) for number, each in enumerate(rows)]
            told = await asyncio.gather(*asking)
            assert told.count(None) == 1
            assert {answer["id"] for answer in told if answer} == {rows[told.index(None)]["id"]}

    asyncio.run(scenario())


def test_a_batch_that_many_send_at_once_is_stored_once(url: str) -> None:
    requests = [CodesRequest(DayOfWeek=day, Season=1, Holiday=0) for day in (1, 2)]
    rows = CheckedRows(requests, [0, 1, 1, 0] * 50, lambda _: {})

    async def scenario() -> None:
        async with AsyncExitStack() as stack:
            histories = [await stack.enter_async_context(opened(url)) for _ in range(3)]
            before, _ = await histories[0].page(Filters(), None, 500)
            key = IdempotencyKey("page", "batch 0 many")
            predictor = BatchPredictor(Predictor(champion()))
            batches = [predictor.predict(rows, datetime.now(UTC), consecutive_ids) for _ in range(9)]
            told = await asyncio.gather(
                *(histories[number % 3].add_batch_once(batch, key) for number, batch in enumerate(batches))
            )
            assert told.count(None) == 1
            stored, _ = await histories[0].page(Filters(), None, 500)
            assert len(stored) == len(before) + 200
            assert all(rows == stored[:200][::-1] for rows in told if rows is not None)

    asyncio.run(scenario())


def test_the_room_of_old_keys_is_given_back_and_new_ones_stay(url: str) -> None:
    async def scenario() -> None:
        database = connect(url, 20)
        await database.open()
        before = await count(database)
        ages = {f"old {number}": timedelta(hours=25, seconds=number) for number in range(2_500)}
        ages |= {f"new {number}": timedelta(hours=23) for number in range(7)}
        made = [
            {"caller": "sweep", "key": name, "prediction_id": new_id(datetime.now(UTC) - age)}
            for name, age in ages.items()
        ]
        for start in range(0, len(made), 500):
            await database.write(KEYS.insert().values(made[start : start + 500]))
        assert await count(database) == before + len(made)
        keys = IdempotencyStore(database, timedelta(days=1))
        await asyncio.gather(keys.sweep(), keys.sweep())
        left = [each["key"] for each in await database.read(select(KEYS.c.key).where(KEYS.c.caller == "sweep"))]
        assert sorted(left) == [f"new {number}" for number in range(7)]
        await database.close()

    asyncio.run(scenario())


async def count(database: Any) -> int:
    """How many keys are remembered."""
    return int((await database.read(select(func.count().label("count")).select_from(KEYS)))[0]["count"])
