"""Where a CSV file has its header, its separator and our columns. Works on its first lines only."""

import csv
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dialect.vocabulary import HEADERS, column_of, fold
from flows.data.errors import DataError

SEPARATORS = ",;\t|"
_SEARCHED_LINES = 10
_LONGEST = 100_000  # characters; csv refuses longer fields
_SHOWN = 100


@dataclass(frozen=True)
class Layout:
    """`columns` maps our names to the header's, `header_row` counts lines of the file from 1.

    `are_numbers` says that Sales are stored as numbers, not as text; a Parquet file has no separator.
    """

    separator: str
    header_row: int
    header: tuple[str, ...]
    columns: dict[str, str]
    are_numbers: bool = False

    @property
    def first_row(self) -> int:
        return self.header_row + 1

    @property
    def place(self) -> str:
        """Where the header is; Parquet has none in a row."""
        return f"row {self.header_row}" if self.header_row else "the file"

    @property
    def extra(self) -> tuple[str, ...]:
        known = set(self.columns.values())
        return tuple(name for name in self.header if name not in known and name.strip())


def find_layout(text: str, needed: Sequence[str]) -> Layout:
    """The layout of the file that starts with `text`: the first line that names most of our columns is the header.

    Raises:
        DataError: no line is a header, a needed column is missing or stands twice.
    """
    # not splitlines, which ends lines at more than polars does
    lines = text.lstrip("\ufeff").split("\n")
    candidates = [
        _layout(line[:_LONGEST].strip("\r").replace("\r", " "), number, separator)
        for number, line in enumerate(lines[:_SEARCHED_LINES], 1)
        for separator in SEPARATORS
    ]
    best = max(candidates, key=lambda layout: len(layout.columns))
    if not best.columns:
        raise DataError(_no_header(lines))
    require(best, needed)
    return best


def _layout(line: str, number: int, separator: str) -> Layout:
    header = tuple(next(csv.reader([line], delimiter=separator, strict=False), []))
    return Layout(separator, number, header, columns_of(header))


def columns_of(header: tuple[str, ...]) -> dict[str, str]:
    """Our name of each column that is ours, with the file's name."""
    named = [(column_of(name), name) for name in header]
    return {ours: next(name for mine, name in named if mine == ours) for ours, _ in named if ours}


def require(layout: Layout, needed: Sequence[str]) -> None:
    """Raise DataError unless each needed column stands in the header, and stands once."""
    names = [ours for name in layout.header if (ours := column_of(name))]
    missing = [name for name in needed if name not in names]
    if missing:
        found = ", ".join(name.strip() for name in layout.header)[:_SHOWN]
        raise DataError(
            f"{missing[0]}: no column is named so, or {HEADERS[missing[0]][1]}, in {layout.place} ({found}): "
            f"add {' and '.join(missing)}, or rename the column that holds it."
        )
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        both = [name for name in layout.header if column_of(name) == twice[0]]
        raise DataError(f"{twice[0]}: {layout.place} names it twice ({', '.join(both)}): leave one of them.")


def _no_header(lines: list[str]) -> str:
    first = next((line.strip() for line in lines if line.strip()), "")
    if any(unicodedata.category(letter) in {"Cc", "Cn"} and letter != "\t" for letter in first[:_SHOWN]):
        return "The file holds no text: give the table as CSV or Parquet."
    if "date" in fold(first) or "fecha" in fold(first):
        return (
            f"Row 1 ({first[:60]!r}) is a header with a wrong separator: "
            "separate the columns of the file by a comma, semicolon, tab or |."
        )
    return f"Row 1 ({first[:60]!r}) is no header: start the file with the line Date,DayOfWeek,Season,Holiday,Sales."
