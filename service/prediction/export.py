"""Writes stored predictions as CSV or NDJSON, a page at a time; knows no HTTP and no database."""

import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import StringIO
from operator import itemgetter
from typing import Any

from service.prediction.predict import Row, answer

MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}
COLUMNS = (
    "id",
    "created_at",
    "DayOfWeek",
    "Season",
    "Holiday",
    "Date",
    "prediction",
    "level",
    "lower",
    "upper",
    "model_version",
    "seen_in_training",
)
_VALUES = itemgetter(*COLUMNS[2:])
HEADER = ",".join(COLUMNS) + "\r\n"


async def as_csv(first: list[Row], rest: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """A header, then a line for each row."""
    yield HEADER
    yield csv_lines(first)
    async for rows in rest:
        yield csv_lines(rows)


async def as_ndjson(first: list[Row], rest: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """A line for each row, as it was answered."""
    yield _documents(first)
    async for rows in rest:
        yield _documents(rows)


def csv_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """A line for each row."""
    return "".join(f"{row['id']},{moment_of(row['created_at'])},{end_of(row)}" for row in rows)


def end_of(row: Mapping[str, Any]) -> str:
    """What follows the id and the moment in its line."""
    return _end(*_VALUES(row))


def moment_of(moment: datetime) -> str:
    """A moment in UTC."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


# By csv's own writer a line takes twice as long; a number takes most of it, and many rows have the same.
def _end(day: int, season: int, holiday: int, asked: date | None, *rest: Any) -> str:
    *numbers, version, seen = rest
    codes = f"{day},{season},{holiday},{asked.isoformat() if asked else ''}"
    return f"{codes},{','.join(map(_number, numbers))},{_quoted(version)},{'true' if seen else 'false'}\r\n"


_number = lru_cache(4_096)(float.__repr__)


@lru_cache(16)
def _quoted(text: str) -> str:
    cell = StringIO()
    csv.writer(cell, lineterminator="").writerow([text])
    return cell.getvalue()


def _documents(rows: list[Row]) -> str:
    return "".join(answer(row).model_dump_json() + "\n" for row in rows)
