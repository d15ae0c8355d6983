"""What the writers add to the history: commits of many statements, and of a slow disk that all share."""

import asyncio
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import make_url

from service.prediction.clock import Clock
from service.prediction.record import pending
from service.storage.filters import Filters
from service.storage.history import History
from service.storage.sqlite.backend import SqliteDatabase
from service.storage.sqlite.file_guard import SqliteFile
from service.telemetry.metrics import Metrics
from tests.service.champions import row

CLIENTS, ROUNDS = 8, 6


class SlowDisk(SqliteFile):
    """A file on a disk whose sync takes twenty milliseconds."""

    @contextmanager
    def writing(self) -> Iterator[None]:
        """See `SqliteFile`."""
        with super().writing():
            yield
            time.sleep(0.02)


async def stored(history: History) -> int:
    """How many predictions the history holds."""
    return sum([len(rows) async for rows in history.iterate_pages(Filters())])


def test_a_commit_of_more_rows_than_a_statement_takes(tmp_path: Path) -> None:
    async def scenario() -> None:
        metrics = Metrics()
        history = History(SqliteDatabase(make_url(f"sqlite:///{tmp_path / 'history.db'}"), 5), 1_000, metrics)
        await history.open()
        await asyncio.gather(*(history.store(pending(row())) for _ in range(200)))
        assert await stored(history) == 200
        assert b"steam_sales_commit_rows_count 1.0" in metrics.text()
        twice = row()
        told = await asyncio.gather(*(history.store(pending(twice)) for _ in range(100)), return_exceptions=True)
        assert None not in told
        assert await stored(history) == 200
        await history.close()

    asyncio.run(scenario())


def test_on_a_slow_disk_those_who_ask_again_share_the_next_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("service.storage.sqlite.backend.SqliteFile", SlowDisk)

    async def client(history: History) -> None:
        for _ in range(ROUNDS):
            await history.store(pending(row()))

    async def scenario() -> bytes:
        metrics = Metrics()
        history = History(SqliteDatabase(make_url(f"sqlite:///{tmp_path / 'history.db'}"), 5), 100, metrics)
        await history.open()
        await history.store(pending(row()))
        first = asyncio.create_task(client(history))
        await asyncio.sleep(0)
        await asyncio.gather(first, *(client(history) for _ in range(CLIENTS - 1)))
        await history.close()
        return metrics.text()

    # Taking turns they would need two commits for each round.
    commits = next(line for line in asyncio.run(scenario()).splitlines() if b"commit_rows_count" in line)
    assert float(commits.split()[1]) <= ROUNDS + 3


def test_a_clock_tells_no_moment_twice_and_agrees_with_the_calendar() -> None:
    clock = Clock()
    before = datetime.now(UTC)
    told = [clock.now() for _ in range(10_000)]
    after = datetime.now(UTC)
    assert [moment for moment, _ in told] == sorted({moment for moment, _ in told})
    for moment, text in (told[0], told[-1]):
        said = datetime.fromisoformat(text)
        assert before.replace(microsecond=0) <= said <= after.replace(microsecond=999_999)
        assert round(said.timestamp() * 1e6) == moment
        assert len(text) == len("2026-11-23T16:20:00.123456Z")


def test_a_row_is_stored_as_sqlalchemy_would_store_it(tmp_path: Path) -> None:
    made = row()

    async def scenario() -> None:
        history = History(SqliteDatabase(make_url(f"sqlite:///{tmp_path / 'history.db'}"), 5), 1_000, Metrics())
        await history.open()
        await history.store(pending(made))
        await history.close()

    asyncio.run(scenario())
    with closing(sqlite3.connect(tmp_path / "history.db")) as file:
        name, moment = file.execute("SELECT id, created_at FROM predictions").fetchone()
    assert name == made["id"].hex
    assert moment == made["created_at"].strftime("%Y-%m-%d %H:%M:%S.%f")


def test_a_clock_that_is_set_back_goes_on_from_where_it_was(caplog: pytest.LogCaptureFixture) -> None:
    start = time.time_ns()
    system = iter([start, *(start - 3_600_000_000_000 + step for step in range(3)), start + 2_000_000])
    clock = Clock(lambda: next(system))
    moments = [clock.utc_now() for _ in range(5)]
    assert moments == sorted(set(moments))
    assert (moments[3] - moments[0]).total_seconds() < 1e-5
    assert (moments[4] - moments[0]).total_seconds() == pytest.approx(0.002, abs=2e-6)
    assert [record.message for record in caplog.records if "set back by 3600 s" in record.message]
    assert len(caplog.records) == 1
