"""Pages through every filter hold what a search through all rows finds, on SQLite and on PostgreSQL."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from domain.calendar import ALL_CODES, Codes
from service.prediction.batch import Batch, UniqueRows
from service.prediction.ids import new_ids
from service.prediction.predict import Row
from service.storage.factory import connect
from service.storage.filters import Filters
from service.storage.history import History
from service.telemetry.metrics import Metrics
from tests.service.storage.test_postgres import Server, server

__all__ = ["server"]
NOW = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)
COLUMNS = {"day_of_week": "DayOfWeek", "season": "Season", "holiday": "Holiday", "model_version": "model_version"}


def kind(codes: Codes, version: str) -> Row:
    """A prediction without its id, made an hour ago for each of its version."""
    units = float(random.Random(str(codes)).randrange(3000))
    return {
        **dict(zip(("DayOfWeek", "Season", "Holiday"), codes, strict=True)),
        "model_version": version,
        "created_at": NOW - timedelta(hours=int(version)),
        "Date": None,
        "prediction": units,
        "level": 0.9,
        "lower": units - 1,
        "upper": units + 1,
        "seen_in_training": True,
        "trace_id": None,
    }


async def filled(history: History) -> list[Row]:
    """Three versions, one after the other, answer 400 questions each; what was stored, newest first."""
    chance, rows = random.Random(1), []
    for version in ("3", "2", "1"):
        kinds = [kind(codes, version) for codes in chance.sample(ALL_CODES, 40)]
        which, ids = chance.choices(range(40), k=400), new_ids(kinds[0]["created_at"], 400)
        await history.add_batch(Batch(UniqueRows(kinds), which, ids, kinds[0]["created_at"]))
        rows += [kinds[each] | {"id": name} for each, name in zip(which, ids, strict=True)]
    return rows[::-1]


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[History]:
    """A history at an URL."""
    history = History(connect(url, 20), 100, Metrics())
    await history.open()
    try:
        yield history
    finally:
        await history.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of an empty history."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.db'}"
    there: Server = request.getfixturevalue("server")
    return there.url


def every_filter() -> list[Filters]:
    """All codes left open, or one that is often and one that is not; with and without a version, and limits in time."""
    hours = [NOW - timedelta(hours=2.5), NOW - timedelta(hours=1.5)]
    choices = product((None, hours[0]), (None, hours[1]), (None, 2), (None, 4), (None, 0, 1), (None, "2", "9"))
    return [Filters(*choice) for choice in choices]


def holds(row: Row, filters: Filters) -> bool:
    """Whether a row is asked for."""
    asked = {column: getattr(filters, name) for name, column in COLUMNS.items()}
    later = filters.since is None or row["created_at"] >= filters.since
    earlier = filters.until is None or row["created_at"] < filters.until
    return later and earlier and all(value is None or row[column] == value for column, value in asked.items())


async def pages(history: History, filters: Filters, limit: int) -> list[list[str]]:
    """The ids on every page."""
    found: list[list[str]] = []
    before: Any = None
    while not found or before:
        rows, before = await history.page(filters, before, limit)
        found.append([row["id"].hex for row in rows])
    return found


def test_every_filter_finds_what_holds_newest_first(url: str) -> None:
    async def scenario() -> None:
        async with opened(url) as history:
            rows = await filled(history)
            for filters in every_filter():
                due = [row["id"] for row in rows if holds(row, filters)]
                limit = max(1, len(due) // 2 + 1)
                found = await pages(history, filters, limit)
                assert [name for page in found for name in page] == due, filters
                assert max(map(len, found)) <= limit

    asyncio.run(scenario())
