"""Finds the line of a text that names the columns. Knows names and how cells look; chooses no column."""

import csv
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from domain.dialect.cells import looks_like_number
from domain.dialect.date_patterns import looks_like_date
from domain.dialect.headers import Kind, code_column, kind_of
from domain.dialect.vocabulary import fold

_ROLES = {
    Kind.DATE: "date", Kind.DATE_LIKELY: "date", Kind.DATE_OTHER: "date", Kind.SALES: "sales",
    Kind.NET_UNITS: "sales", Kind.UNITS: "sales", Kind.GROSS_UNITS: "sales", Kind.NET_MONEY: "sales",
    Kind.MONEY: "sales", Kind.ORDER: "order", Kind.STATUS: "status",
}  # fmt: skip
_SURE_ROLES = 2
_LOOKED_AHEAD = 3
# no better header comes that far below a line that has dates in the rows below it
_ROWS_TO_BETTER = 50
_WIDE_DAYS = 4
_WIDE_SHARE = 0.8
_LONGEST_LINE = 100_000  # characters; csv refuses longer fields


@dataclass(frozen=True)
class HeaderLine:
    """A line that may be the header: `row` counts from 1, `roles` the kinds of columns that it names.

    `has_dates_below` says that a column has dates in the rows below; `is_wide` that the line itself is one of dates.
    """

    separator: str
    row: int
    fields: tuple[str, ...]
    roles: int
    has_dates_below: bool
    is_wide: bool = False

    @property
    def is_sure(self) -> bool:
        """Whether no other line can be a better header."""
        return self.is_wide or (self.has_dates_below and self.roles >= _SURE_ROLES)

    @property
    def is_weak(self) -> bool:
        """Whether a line far below may be the header."""
        return not self.is_wide and not self.has_dates_below and self.roles < _SURE_ROLES

    @property
    def score(self) -> tuple[bool, bool, int]:
        """The greater, the better a header."""
        return self.is_sure, self.has_dates_below and len(self.fields) > 1, self.roles


def find_header(lines: Sequence[str], separators: str, asked: Collection[str] = ()) -> HeaderLine | None:
    """The best header among the lines, the first of equal ones; None if no line is one.

    `asked` are the folded names of columns that a person named.
    """
    best: HeaderLine | None = None
    filled = [(row, line[:_LONGEST_LINE]) for row, line in enumerate(lines, 1) if line.strip()]
    for place, (row, line) in enumerate(filled):
        below = [text for _, text in filled[place + 1 : place + 1 + _LOOKED_AHEAD]]
        for separator in _separators_in(line, separators):
            found = _header(separator, row, split(line, separator), [split(text, separator) for text in below], asked)
            if found and (best is None or found.score > best.score):
                best = found
        if best and (best.is_sure or (best.has_dates_below and row - best.row > _ROWS_TO_BETTER)):
            break
    return best


def _separators_in(line: str, separators: str) -> Iterator[str]:
    """Those that the line has; the first if it has none, as it may be of one column."""
    yield from [separator for separator in separators if separator in line] or separators[:1]


def split(line: str, separator: str) -> list[str]:
    """The fields of a line."""
    if '"' not in line:
        return line.split(separator)
    return next(csv.reader([line], delimiter=separator, strict=False), [])


def _header(
    separator: str, row: int, fields: list[str], below: list[list[str]], asked: Collection[str]
) -> HeaderLine | None:
    if _is_wide(fields):
        return HeaderLine(separator, row, tuple(fields), 0, has_dates_below=False, is_wide=True)
    names = [name for name in fields if sum(map(str.isalpha, name)) > sum(map(str.isdigit, name))]
    roles = len({role for name in names if (role := _role(name, asked))})
    has_dates = any(_has_dates(name, place, below) for place, name in enumerate(fields))
    return HeaderLine(separator, row, tuple(fields), roles, has_dates) if roles or has_dates else None


def _role(name: str, asked: Collection[str]) -> str | None:
    return fold(name) if fold(name) in asked else _ROLES.get(kind_of(name)) or code_column(name)


def _is_wide(fields: list[str]) -> bool:
    filled = [cell for cell in fields[1:] if cell.strip()]
    return len(filled) >= _WIDE_DAYS and sum(map(looks_like_date, filled)) >= _WIDE_SHARE * len(filled)


def _has_dates(name: str, place: int, below: list[list[str]]) -> bool:
    """Whether a column has dates below its name: in one of the next rows if it is named so, else in all of them."""
    if not name.strip() or looks_like_date(name) or looks_like_number(name):
        return False
    cells = [looks_like_date(row[place]) for row in below if place < len(row)]
    return any(cells) if _ROLES.get(kind_of(name)) == "date" else bool(cells) and all(cells)
