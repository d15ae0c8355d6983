"""The history under stress: shared commits, a locked or full database, a reader beside a slow writer."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from pathlib import Path

import pytest

from service.errors import HistoryUnavailableError
from service.prediction.record import IdempotencyKey, pending
from service.storage.factory import connect
from service.storage.filters import Filters
from service.storage.history import History
from service.telemetry.metrics import Metrics
from tests.service.champions import row

TIMEOUT = 0.3


@asynccontextmanager
async def opened(folder: Path, waiting_limit: int = 100) -> AsyncIterator[tuple[History, Metrics]]:
    """A history on a SQLite file, and what it counts."""
    metrics = Metrics()
    history = History(connect(f"sqlite:///{folder / 'history.db'}", TIMEOUT), waiting_limit, metrics)
    await history.open()
    try:
        yield history, metrics
    finally:
        await history.close()


async def stored(history: History) -> int:
    """How many predictions the history holds."""
    return sum([len(rows) async for rows in history.iterate_pages(Filters())])


def test_those_who_come_together_share_a_commit(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, metrics):
            await asyncio.gather(*(history.store(pending(row())) for _ in range(50)))
            assert await stored(history) == 50
            assert b"steam_sales_commit_rows_count 1.0" in metrics.text()

    asyncio.run(scenario())


def test_a_locked_database_refuses_all_who_wait_and_serves_the_next(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, _):
            with closing(sqlite3.connect(tmp_path / "history.db")) as intruder:
                intruder.execute("BEGIN IMMEDIATE")
                told = await asyncio.gather(*(history.store(pending(row())) for _ in range(5)), return_exceptions=True)
                assert [type(error) for error in told] == [HistoryUnavailableError] * 5
                assert await stored(history) == 0  # reading goes on
            await history.store(pending(row()))
            assert await stored(history) == 1

    asyncio.run(scenario())


def test_a_row_that_cannot_be_stored_leaves_nobody_waiting(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, _):
            twice = row()
            told = await asyncio.gather(
                history.store(pending(twice)), history.store(pending(twice)), return_exceptions=True
            )
            assert [type(error) for error in told] == [HistoryUnavailableError] * 2
            assert await stored(history) == 0
            await history.store(pending(twice))
            assert await stored(history) == 1

    asyncio.run(scenario())


def test_a_file_that_was_deleted_or_replaced_takes_and_tells_nothing_until_it_is_back(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, _):
            await history.store(pending(row()))
            path, aside = tmp_path / "history.db", tmp_path / "aside.db"
            path.rename(aside)
            for _ in range(2):
                for refused in (
                    history.store(pending(row())),
                    history.check(),
                    history.store(pending(row(), IdempotencyKey("", "k"))),
                ):
                    with pytest.raises(HistoryUnavailableError, match=r"put it back, or restart"):
                        await refused
                path.touch()
            aside.rename(path)
            await history.store(pending(row()))
            assert await stored(history) == 2

    asyncio.run(scenario())


def test_more_than_may_wait_are_refused_at_once(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path, waiting_limit=3) as (history, _):
            told = await asyncio.gather(*(history.store(pending(row())) for _ in range(10)), return_exceptions=True)
            assert [type(error) for error in told].count(HistoryUnavailableError) == 7
            assert await stored(history) == 3

    asyncio.run(scenario())


def test_whoever_leaves_does_not_take_the_others_along(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, _):
            asking = [asyncio.create_task(history.store(pending(row()))) for _ in range(3)]
            await asyncio.sleep(0)
            asking[1].cancel()
            told = await asyncio.gather(*asking, return_exceptions=True)
            assert told[0] is told[2] is None
            assert isinstance(told[1], asyncio.CancelledError)

    asyncio.run(scenario())


def test_nothing_is_acknowledged_before_it_can_be_opened(tmp_path: Path) -> None:
    async def scenario() -> None:
        history = History(connect(f"sqlite:///{tmp_path / 'file' / 'history.db'}", TIMEOUT), 10, Metrics())
        (tmp_path / "file").write_text("where a folder should be")
        opening = asyncio.create_task(history.open())
        await asyncio.sleep(0)
        with pytest.raises(HistoryUnavailableError):
            await history.store(pending(row()))
        opening.cancel()
        await history.close()

    asyncio.run(scenario())


def test_a_commit_is_synced_and_beside_it_one_can_read(tmp_path: Path) -> None:
    async def scenario() -> None:
        async with opened(tmp_path) as (history, _):
            await history.store(pending(row()))
            with closing(sqlite3.connect(tmp_path / "history.db")) as other:
                assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)

    asyncio.run(scenario())
