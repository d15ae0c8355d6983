"""Writes stored predictions as CSV or NDJSON, a page at a time; knows no HTTP and no database."""

import csv
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from io import StringIO
from typing import Any

from service.predicting import Row, answer

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


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """A line for each row."""
    return _lines(map(_cells, rows))


def _lines(cells: Iterable[Iterable[Any]]) -> str:
    text = StringIO()
    csv.writer(text).writerows(cells)
    return text.getvalue()


def _cells(row: Mapping[str, Any]) -> list[Any]:
    return [_cell(row[column]) for column in COLUMNS]


def _cell(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return value


def _documents(rows: list[Row]) -> str:
    return "".join(answer(row).model_dump_json() + "\n" for row in rows)
