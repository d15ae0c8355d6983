"""Splits a CSV file into rows and cells; does not know what they mean."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, NamedTuple

from service.errors import BadInputError, FieldError

SEPARATORS = ",;\t"
_BLANK = frozenset(("\n", "\r\n", "\r"))
_MAX_LINE_LENGTH = 1_000

Cells = tuple[str, ...]
Line = str | Cells
"""A row: the line itself as long as no line before has a quote in it, else its cells."""


class Table(NamedTuple):
    """The header and the rows of a file."""

    header: Cells
    rows: Iterator[Line]
    separator: str

    def cells(self, row: Line) -> Cells:
        """Return the cells of a row."""
        return tuple(row.rstrip("\r\n").split(self.separator)) if isinstance(row, str) else row


@contextmanager
def open_table(file: BinaryIO) -> Iterator[Table]:
    """Open a UTF-8 file at its beginning. The separator is the one of `SEPARATORS` most frequent in the first line.

    Raises:
        BadInputError: the file is not CSV.
    """
    file.seek(0)
    text = TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        first = _read_first_line(text)
        separator = max(SEPARATORS, key=first.count)
        rows = _read_rows(first, text, separator)
        header = next(rows)
        yield Table(header if isinstance(header, tuple) else (), rows, separator)
    finally:
        if not file.closed:  # a consumer that stops in the middle closes the file first
            text.detach()


def _read_first_line(text: TextIOWrapper) -> str:
    try:
        return text.readline()
    except UnicodeDecodeError as error:
        raise _not_csv(1, error) from None


# Looking a line up by its text takes a quarter of the time that the csv module needs to split it.
def _read_rows(first: str, text: TextIOWrapper, separator: str) -> Iterator[Line]:
    """Yield the cells of the header, then the rows."""
    number = 0
    try:
        header = csv.reader(chain([first], text), strict=True, delimiter=separator)
        yield tuple(next(filter(None, header), ()))
        for number, line in enumerate(text, header.line_num + 1):
            if '"' in line or len(line) > _MAX_LINE_LENGTH:
                yield from _read_quoted(line, text, separator, number - 1)
            elif line not in _BLANK:
                yield line
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_csv(number + 1, error) from None


def _read_quoted(line: str, text: TextIOWrapper, separator: str, above: int) -> Iterator[Line]:
    """Yield the cells of this line and all that follow; `above` lines precede it."""
    reader = csv.reader(chain([line], text), strict=True, delimiter=separator)
    number = above
    try:
        for cells in reader:
            number = above + reader.line_num
            if cells:
                yield tuple(cells)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _not_csv(number + 1, error) from None


def _not_csv(line: int, error: Exception) -> BadInputError:
    return BadInputError([FieldError("body", f"line {line} is not CSV in UTF-8: {error}", code="encoding")])
