"""Finds quotes that hide the ends of lines, and the rows behind them. Knows lines and the place of the date."""

import re
from collections.abc import Iterator
from pathlib import Path

from domain.dialect.layout import Layout
from flows.data.errors import DataError

CHUNK_BYTES = 1 << 22
_LIKE_A_DATE = re.compile(r"[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}|[0-9]{8}")


def refuse_hidden_rows(source: Path, layout: Layout, rows: int, name: str) -> None:
    """Raise DataError if a quote hides rows of a UTF-8 file, in which `rows` were found below the header.

    A note may have several lines; a line with a date where the others have theirs is no note.
    """
    if rows + layout.header_row != _lines(source) and (row := _row_that_hides(source, layout)):
        raise DataError(_stray(row, name, "and hides the rows below it"))


def stray_quote(source: Path, layout: Layout, name: str) -> str:
    """What to say of a UTF-8 file whose quotes do not pair."""
    if hides := _row_that_hides(source, layout):
        return _stray(hides, name, "and hides the rows below it")
    with source.open("rb") as lines:
        row = next((number for number, line in enumerate(lines, 1) if line.count(b'"') % 2), None)
    return _stray(row, name, "and does not close it") if row else f'Remove the stray " from {name}.'


def _row_that_hides(source: Path, layout: Layout) -> int | None:
    hiding = (row for row, lines in _records(source, layout) if any(_is_row(line, layout) for line in lines[1:]))
    return next(hiding, None)


def _stray(row: int, name: str, what: str) -> str:
    return f'Row {row} opens a quote {what}: remove the stray " from {name}.'


def _lines(source: Path) -> int:
    count, last = 0, b"\n"
    with source.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            count, last = count + chunk.count(b"\n"), chunk[-1:]
    return count + (last != b"\n")


def _records(source: Path, layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """The rows that have several lines, with their number; a line with an odd number of quotes opens or ends one."""
    row, record = layout.header_row, list[str]()
    with source.open(encoding="utf-8", errors="replace", newline="\n") as lines:
        for number, line in enumerate(lines, 1):
            if number <= layout.header_row:
                continue
            if not record:
                row += 1
            is_odd = line.count('"') % 2 == 1
            if record or is_odd:
                record.append(line)
            if record[1:] and is_odd:
                yield row, record
                record = []


def _is_row(line: str, layout: Layout) -> bool:
    fields = line.split(layout.separator)
    place = layout.columns.places["Date"]
    return len(fields) >= len(layout.header) and bool(_LIKE_A_DATE.match(fields[place].strip(' "')))
