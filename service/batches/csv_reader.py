"""Takes a CSV file apart into rows, and a row into cells; knows nothing of questions and of HTTP."""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import TextIOWrapper
from itertools import chain
from typing import BinaryIO, NamedTuple

from service.errors import BadInputError, FieldError

SEPARATORS = ",;\t"
_BLANK = frozenset(("\n", "\r\n", "\r"))
_LONG = 1_000

Cells = tuple[str, ...]
Line = str | Cells
"""A row: as it stands in the file, as long as no line has a quote in it; else its cells."""


class Table(NamedTuple):
    """What a file holds."""

    header: Cells
    rows: Iterator[Line]
    separator: str

    def cells(self, row: Line) -> Cells:
        """Those of one of its rows."""
        return tuple(row.rstrip("\r\n").split(self.separator)) if isinstance(row, str) else row


@contextmanager
def opened(file: BinaryIO) -> Iterator[Table]:
    """A UTF-8 file from its beginning; its cells stand apart by whichever of `SEPARATORS` its first line has most of.

    Raises:
        BadInputError: what is read is no CSV.
    """
    file.seek(0)
    text = TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        first = _first(text)
        separator = max(SEPARATORS, key=first.count)
        rows = _rows(first, text, separator)
        header = next(rows)
        yield Table(header if isinstance(header, tuple) else (), rows, separator)
    finally:
        if not file.closed:  # who stops in the middle closes it before this is told
            text.detach()


def _first(text: TextIOWrapper) -> str:
    try:
        return text.readline()
    except UnicodeDecodeError as error:
        raise _no_csv(1, error) from None


# A line that is known by its text is found in a quarter of the time in which the csv module takes it apart.
def _rows(first: str, text: TextIOWrapper, separator: str) -> Iterator[Line]:
    """The cells of the header, be there none, then the rows."""
    number = 0
    try:
        header = csv.reader(chain([first], text), strict=True, delimiter=separator)
        yield tuple(next(filter(None, header), ()))
        for number, line in enumerate(text, header.line_num + 1):
            if '"' in line or len(line) > _LONG:
                yield from _apart(line, text, separator, number - 1)
            elif line not in _BLANK:
                yield line
    except (csv.Error, UnicodeDecodeError) as error:
        raise _no_csv(number + 1, error) from None


def _apart(line: str, text: TextIOWrapper, separator: str, above: int) -> Iterator[Line]:
    """The cells of this line and of all that follow; so many stand above them."""
    reader = csv.reader(chain([line], text), strict=True, delimiter=separator)
    number = above
    try:
        for cells in reader:
            number = above + reader.line_num
            if cells:
                yield tuple(cells)
    except (csv.Error, UnicodeDecodeError) as error:
        raise _no_csv(number + 1, error) from None


def _no_csv(line: int, error: Exception) -> BadInputError:
    return BadInputError([FieldError("body", f"line {line} is no CSV in UTF-8: {error}", code="encoding")])
