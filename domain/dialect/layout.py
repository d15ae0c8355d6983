"""Finds the header of a text table: its separator, its line, its columns. Works on the first lines only."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from domain.dialect.cells import ColumnSample, sample_of
from domain.dialect.columns import Columns, Request, choose
from domain.dialect.header_line import HeaderLine, find_header
from domain.dialect.refusals import days_in_columns, has_other_separator, no_header
from domain.dialect.vocabulary import fold

SEPARATORS = ",;\t|"
SAMPLE_ROWS = 500
ANY_TABLE = Request()
_DECLARATION = re.compile(r'"?sep=(.)"?\s*', re.IGNORECASE)


@dataclass(frozen=True)
class Layout:
    """`header_row` counts lines of the file from 1; 0 if it is no text.

    `are_numbers` says that Sales are stored as numbers, not as text; only a text table has a separator.
    `serials_from` is day 0 of the day numbers of a workbook.
    """

    separator: str
    header_row: int
    header: tuple[str, ...]
    columns: Columns
    are_numbers: bool = False
    serials_from: str | None = None

    @property
    def first_row(self) -> int:
        """The row of the file below the header."""
        return self.header_row + 1

    @property
    def names(self) -> dict[str, str]:
        """The file's name of each of our columns."""
        return {ours: self.header[place].strip() for ours, place in self.columns.places.items()}

    @property
    def extra(self) -> tuple[str, ...]:
        """The names of the columns that are not read."""
        ours = set(self.columns.places.values())
        return tuple(name.strip() for place, name in enumerate(self.header) if place not in ours and name.strip())


def find_layout(text: str, request: Request) -> Layout:
    """The layout of the table that starts with `text`, whatever stands above its header.

    Raises:
        DataError: no line is a header, the table has a column a day, or a column is missing or not clear.
    """
    lines = lines_of(text)
    line = header_line(lines, request)
    if line is None or has_other_separator(line):
        raise no_header(lines, SEPARATORS)
    if line.is_wide:
        raise days_in_columns(line)
    samples = _samples(lines, line)
    columns = choose(line.fields, samples, f"row {line.row}", request)
    return Layout(line.separator, line.row, line.fields, columns)


def lines_of(text: str) -> list[str]:
    """The lines of a text, as polars cuts them."""
    # not splitlines, which ends lines at more than polars does
    return [line.strip("\r").replace("\r", " ") for line in text.lstrip("\ufeff").split("\n")]


def header_line(lines: Sequence[str], request: Request = ANY_TABLE) -> HeaderLine | None:
    """The line that is the header, by the separator that gives the best one; None if no line is one."""
    declared = _DECLARATION.fullmatch(lines[0]) if lines else None
    asked = {fold(name) for name in (request.date_column, request.sales_column) if fold(name)}
    return find_header(lines, declared[1] if declared else SEPARATORS, asked)


def _samples(lines: Sequence[str], line: HeaderLine) -> list[ColumnSample]:
    rows = list(_rows(lines[line.row : line.row + SAMPLE_ROWS], line.separator))
    return [sample_of([row[place] for row in rows if place < len(row)]) for place in range(len(line.fields))]


def _rows(lines: Sequence[str], separator: str) -> Iterator[list[str]]:
    # a quote that is not closed would take all lines for one field, which csv refuses
    try:
        yield from csv.reader((f"{line}\n" for line in lines if line.strip()), delimiter=separator, strict=False)
    except csv.Error:
        return
