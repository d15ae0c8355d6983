"""Fills a history with so many predictions, by the service's own way of storing batches.

Whatever their number, they were made at 2,000 moments of the last hundred days, by ten versions one after the other,
and Sundays alone are holidays: but for twenty rows of a rare version, and twenty of a rare kind of day, long ago.
"""

from __future__ import annotations

import asyncio
import random
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from service.prediction.batch import Batch, UniqueRows
from service.prediction.ids import new_ids
from service.storage.factory import connect

MOMENTS = 2_000
DAYS = 100
VERSIONS = 10
RARE_VERSION = "rare"
RARE_DAY = (1, 4, 1)
_RARE_MOMENTS = range(100, 120)
_LARGEST = 5_000
_DAYS = [(weekday, season, int(weekday == 7)) for weekday in range(1, 8) for season in range(1, 5)]


def moment(which: int, now: datetime) -> datetime:
    """When the moment of this number was, 0 being the earliest."""
    return now - timedelta(days=DAYS) * (MOMENTS - which) / MOMENTS


def batches(rows: int, now: datetime) -> Iterator[Batch]:
    """All that is to be stored, oldest first."""
    made = 0
    for number in range(MOMENTS):
        due = rows * (number + 1) // MOMENTS
        version = str(1 + number * VERSIONS // MOMENTS)
        if number in _RARE_MOMENTS and made < due:
            yield _batch([(RARE_DAY, version)], 1, moment(number, now) - timedelta(seconds=2))
            yield _batch([((3, 1, 0), RARE_VERSION)], 1, moment(number, now) - timedelta(seconds=1))
        kinds = [(day, version) for day in _DAYS]
        while made < due:
            count = min(_LARGEST, due - made)
            yield _batch(kinds, count, moment(number, now) + timedelta(microseconds=made % 1_000_000))
            made += count


def _batch(kinds: list[tuple[tuple[int, int, int], str]], count: int, made_at: datetime) -> Batch:
    which = random.choices(range(len(kinds)), k=count)
    rows = UniqueRows(_row(day, version) for day, version in kinds)
    return Batch(rows, which, new_ids(made_at, count), made_at)


def _row(day: tuple[int, int, int], version: str) -> dict[str, Any]:
    units = 1000.0 * day[0] + 10 * day[1]
    return {
        "DayOfWeek": day[0],
        "Season": day[1],
        "Holiday": day[2],
        "Date": None,
        "prediction": units,
        "level": 0.9,
        "lower": units - 200,
        "upper": units + 200,
        "model_version": version,
        "seen_in_training": True,
        "trace_id": None,
    }


async def fill(url: str, rows: int, now: datetime) -> None:
    """Make the history at this URL, and store so many predictions in it."""
    database = connect(url, timeout=60)
    await database.open()
    for batch in batches(rows, now):
        await database.insert_batch(batch)
    await database.close()


if __name__ == "__main__":
    asyncio.run(fill(sys.argv[1], int(sys.argv[2]), datetime.now(UTC)))
