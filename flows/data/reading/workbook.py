"""Writes a sheet of a workbook (.xlsx, .xls, .xlsb, .ods) as CSV, row for row. Knows cells and sheets, no column."""

import csv
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import islice
from pathlib import Path

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetVisibleEnum

from domain.dialect.cells import looks_like_number
from domain.dialect.layout import header_line
from flows.data.errors import DataError
from flows.data.reading.archives import DAMAGES

MAX_WORKBOOK_BYTES = 1 << 30
HEAD_ROWS = 500
_FROM_1900, _FROM_1904 = "1899-12-30", "1904-01-01"
_IS_1904 = re.compile(rb'date1904="(?:1|true)"')
_WHOLE_DIGITS = 15

Cell = int | float | str | bool | time | date | datetime | timedelta


@dataclass(frozen=True)
class Sheet:
    """A sheet as a CSV file, whose rows are those of the sheet.

    `text_numbers` are the columns with numbers that are stored as text, so that their marks have to be understood.
    `serials_from` is day 0 of the day numbers, in ISO. `is_chosen` says that the workbook has other sheets too.
    """

    path: Path
    name: str
    text_numbers: frozenset[int]
    serials_from: str
    is_chosen: bool


def sheet_as_csv(source: Path, scratch: Path, wanted: str) -> Sheet:
    """The sheet that is named `wanted`, or the only one with a table.

    Raises:
        DataError: the workbook can't be read, or has no such sheet, or several tables.
    """
    try:
        if zipfile.is_zipfile(source):
            _refuse_bomb(source)
        serials_from = _serials_from(source)
        with CalamineWorkbook.from_path(source) as book:
            sheet, is_chosen = _sheet_of(book, source.name, wanted)
            target = scratch / f"{re.sub('[^A-Za-z0-9]+', '-', sheet.name) or 'sheet'}.csv"
            text_numbers = _write(sheet.iter_rows(), target)
    except PasswordError as error:
        raise DataError(f"The workbook {source.name} has a password: save the sheet as CSV without one.") from error
    except (CalamineError, *DAMAGES) as error:
        raise DataError(f"The file {source.name} is a damaged Excel or ZIP file: save the sheet as CSV.") from error
    return Sheet(target, sheet.name, text_numbers, serials_from, is_chosen)


def _refuse_bomb(source: Path) -> None:
    with zipfile.ZipFile(source) as parts:
        size = sum(part.file_size for part in parts.infolist())
    if size > MAX_WORKBOOK_BYTES:
        raise DataError(
            f"The workbook {source.name} holds more than {MAX_WORKBOOK_BYTES >> 20:,} MB: save the sheet as CSV."
        )


def _sheet_of(book: CalamineWorkbook, source: str, wanted: str) -> tuple[CalamineSheet, bool]:
    visible = [meta.name for meta in book.sheets_metadata if meta.visible == SheetVisibleEnum.Visible]
    named = [name for name in book.sheet_names if name.strip().casefold() == wanted.strip().casefold()]
    if wanted and not named:
        raise DataError(f"The workbook {source} has no sheet {wanted!r}: set sheet to one of {', '.join(visible)}.")
    filled = [sheet for name in named or visible if (sheet := book.get_sheet_by_name(name)).height]
    if not filled:
        raise DataError(f"The workbook {source} is empty: give one with a header and rows.")
    tables = filled if len(filled) == 1 else [sheet for sheet in filled if _has_table(sheet)]
    if len(tables) != 1:
        which = f"{len(tables)} sheets with a table" if tables else "several sheets, and none has a table with dates"
        names = ", ".join(sheet.name for sheet in tables or filled)
        raise DataError(f"The workbook {source} has {which}: set sheet to one of {names}.")
    return tables[0], len(filled) > 1


def _has_table(sheet: CalamineSheet) -> bool:
    lines = ["\t".join(text.replace("\t", " ") for text in map(cell_text, row)) for row in _head(sheet)]
    found = header_line(lines)
    return found is not None and (found.has_dates_below or found.is_wide)


def _head(sheet: CalamineSheet) -> Iterator[list[Cell]]:
    return islice(sheet.iter_rows(), HEAD_ROWS)


def _write(rows: Iterable[list[Cell]], target: Path) -> frozenset[int]:
    text_numbers: set[int] = set()
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        for row in rows:
            writer.writerow(map(cell_text, row))
            text_numbers.update(place for place, cell in enumerate(row) if _is_number_as_text(cell))
    return frozenset(text_numbers)


def _is_number_as_text(cell: Cell) -> bool:
    return isinstance(cell, str) and any(mark in cell for mark in ".,") and looks_like_number(cell)


def cell_text(cell: Cell) -> str:
    """A cell in one line as we would write it: dates in ISO, numbers with a point, 1 and 0 for true and false."""
    if isinstance(cell, bool):
        return str(int(cell))
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 10**_WHOLE_DIGITS else repr(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ") if cell.time() != time() else cell.date().isoformat()
    return " ".join(str(cell).split())


def _serials_from(source: Path) -> str:
    """Day 0 of a workbook: 1900 with its leap day that never was, or 1904 in old files of a Mac."""
    if not zipfile.is_zipfile(source):
        return _FROM_1900
    with zipfile.ZipFile(source) as parts:
        if "xl/workbook.xml" not in parts.namelist():
            return _FROM_1900
        return _FROM_1904 if _IS_1904.search(parts.read("xl/workbook.xml")) else _FROM_1900
