"""Renders stored predictions as CSV or NDJSON, a page at a time; knows no HTTP and no database."""

import csv
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from io import StringIO
from operator import itemgetter
from typing import Any

from service.prediction.predict import Row, to_response

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
_SPECIAL = frozenset(',"\r\n')
HEADER = ",".join(COLUMNS) + "\r\n"


async def csv_chunks(first: list[Row], rest: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """Yield a header, then a line for each row."""
    yield HEADER
    yield csv_lines(first)
    async for rows in rest:
        yield csv_lines(rows)


async def ndjson_chunks(first: list[Row], rest: AsyncIterator[list[Row]]) -> AsyncIterator[str]:
    """Yield a line for each row: the response to its request."""
    yield _ndjson_lines(first)
    async for rows in rest:
        yield _ndjson_lines(rows)


def csv_lines(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return a line for each row."""
    return "".join(f"{row['id']},{format_utc(row['created_at'])},{csv_line_end(row)}" for row in rows)


def csv_line_end(row: Mapping[str, Any]) -> str:
    """Return what follows id and time in the line of a row."""
    return _format_line_end(*_VALUES(row))


def format_utc(time: datetime) -> str:
    """Return a time in UTC, in ISO 8601 with a Z."""
    return time.astimezone(UTC).isoformat().replace("+00:00", "Z")


# The csv module takes twice as long. Formatting numbers is most of the work, and many rows have the same ones.
def _format_line_end(day: int, season: int, holiday: int, day_of_request: date | None, *rest: Any) -> str:
    *numbers, version, seen = rest
    codes = f"{day},{season},{holiday},{day_of_request.isoformat() if day_of_request else ''}"
    return f"{codes},{','.join(map(_format_number, numbers))},{quote_cell(version)},{'true' if seen else 'false'}\r\n"


_format_number = lru_cache(4_096)(float.__repr__)


def quote_cell(text: str) -> str:
    """Return a cell of a CSV file, in quotes if it needs them."""
    if not _SPECIAL.intersection(text):
        return text
    cell = StringIO()
    csv.writer(cell, lineterminator="").writerow([text])
    return cell.getvalue()


def _ndjson_lines(rows: list[Row]) -> str:
    return "".join(to_response(row).model_dump_json() + "\n" for row in rows)
