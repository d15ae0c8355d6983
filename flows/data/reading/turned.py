"""Turns a table that has a column a day, so that it has a row a day. Knows a header line and its cells."""

import csv
from pathlib import Path

from domain.dialect.date_patterns import looks_like_date
from domain.dialect.header_line import HeaderLine
from flows.data.errors import DataError

MAX_TURNED_BYTES = 64 << 20


def turn(source: Path, encoding: str, line: HeaderLine, scratch: Path) -> Path:
    """Write the table below `line` with a row a day: Date, then a column for each of its rows.

    Raises:
        DataError: the file is too large to be turned in memory.
    """
    if source.stat().st_size > MAX_TURNED_BYTES:
        raise DataError(f"Row {line.row} has a column a day: turn the table before it is read, as it is too large.")
    with source.open(encoding=encoding, errors="replace", newline="") as text:
        rows = list(csv.reader(text.read().splitlines(), delimiter=line.separator))
    days = [place for place, cell in enumerate(line.fields) if looks_like_date(cell)]
    labels = [place for place in range(days[0]) if line.fields[place].strip()] or [0]
    named = [(_label(row, labels), row) for row in rows[line.row :] if any(map(str.strip, row[days[0] :]))]
    target = scratch / "turned.csv"
    with target.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(["Date", *(name for name, _ in named)])
        writer.writerows([line.fields[day], *(_cell(row, day) for _, row in named)] for day in days)
    return target


def _label(row: list[str], places: list[int]) -> str:
    return " ".join(text for place in places if (text := _cell(row, place)))


def _cell(row: list[str], place: int) -> str:
    return row[place].strip() if place < len(row) else ""
