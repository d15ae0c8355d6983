"""Writes stored predictions as CSV or NDJSON, a page at a time; knows no HTTP and no database."""

import csv
from collections.abc import AsyncIterator, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from operator import itemgetter
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


def csv_lines(rows: Iterable[Mapping[str, Any]]) -> str:
    """A line for each row."""
    return "".join(lines_of(rows))


def lines_of(rows: Iterable[Mapping[str, Any]]) -> list[str]:
    """Each of these lines, with its end."""
    text = _Lines()
    csv.writer(text).writerows(map(_cells, rows))
    return text


class _Lines(list[str]):
    """A file to csv, which writes a line at a time."""

    write = list.append


def _cells(row: Mapping[str, Any]) -> tuple[Any, ...]:
    *plain, seen = _VALUES(row)
    return row["id"], _moment(row["created_at"]), *plain, "true" if seen else "false"


@lru_cache(1)  # a batch has one
def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _documents(rows: list[Row]) -> str:
    return "".join(answer(row).model_dump_json() + "\n" for row in rows)
