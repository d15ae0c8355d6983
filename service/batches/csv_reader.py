"""Reads a CSV file of requests in chunks, so that no file is too long; knows no HTTP."""

from collections.abc import Iterator
from itertools import islice
from typing import BinaryIO, NamedTuple
from unicodedata import combining, normalize

import msgspec
from pydantic import ValidationError

from service.batches.csv_table import Cells, Line, Table, open_table
from service.batches.rows import CheckedRow, CheckedRows
from service.errors import BadInputError, FieldError
from service.prediction.requests import REQUEST_ADAPTER, field_errors

CHUNK_ROWS = 2_500
"""A single prediction waits some 20 ms for a chunk of this size to be stored; with 10,000 rows it would wait 100."""
CODES = ("DayOfWeek", "Season", "Holiday")
COLUMNS = (*CODES, "Date")
SPANISH = {
    "Día de la semana": "DayOfWeek",
    "Estación": "Season",
    "Feriado": "Holiday",
    "Festivo": "Holiday",
    "Fecha": "Date",
}
_MAX_UNIQUE_ROWS = 8_192
"""More than the days of twenty years. Beyond it the reader starts a new list of distinct rows."""
_MAX_INTEGER_DIGITS = 19


class Columns(NamedTuple):
    """The columns of a file: ours by their names, the caller's own by their places."""

    names: Cells
    """One of `COLUMNS`, or empty for a column of the caller's own."""
    own: tuple[int, ...]

    def own_cells(self, cells: Cells) -> Cells:
        """Return the cells of the caller's own columns."""
        return tuple(cells[place] if place < len(cells) else "" for place in self.own)

    def without_own(self, cells: Cells) -> Cells:
        """Blank the cells of the caller's own columns, so that equal requests are equal rows."""
        if len(cells) != len(self.names):
            return cells
        return tuple(cell if name else "" for name, cell in zip(self.names, cells, strict=True))


def read_csv(file: BinaryIO) -> Iterator[CheckedRows]:
    """Read a UTF-8 file whose header names `Date` or the three codes; an empty cell is a field left out.

    The names may be the `SPANISH` ones; case, blanks, hyphens, underscores and accents do not matter. All other
    columns are the caller's own: `CheckedRows.own` has their cells.

    Raises:
        BadInputError: the header lacks columns, or what follows is not CSV.
    """
    with open_table(file) as table:
        unique = _UniqueRows(table, parse_header(table.header))
        while lines := list(islice(table.rows, CHUNK_ROWS)):
            yield unique.add(lines)


def own_columns(file: BinaryIO) -> Cells:
    """Return the names of the caller's own columns, as the header has them; raises BadInputError."""
    with open_table(file) as table:
        return parse_header(table.header).own_cells(table.header)


def parse_header(header: Cells) -> Columns:
    """Find the columns of a header; raises BadInputError."""
    names = tuple(_NAMES.get(_simplify(name), "") for name in header)
    known = [name for name in names if name]
    if twice := [name for name in known if known.count(name) > 1]:
        raise _bad_header(f"names {twice[0]} more than once")
    if "Date" not in known and (missing := [name for name in CODES if name not in known]):
        unknown = next((f" (the column {cell[:100]!r} is not known)" for cell in header if cell not in known), "")
        raise _bad_header(f"lacks {', '.join(missing)}{unknown}")
    return Columns(names, tuple(place for place, name in enumerate(names) if not name))


class _UniqueRows:
    """The distinct rows of a file, each checked once."""

    def __init__(self, table: Table, columns: Columns) -> None:
        self._table, self._columns = table, columns
        self._rows: list[CheckedRow] = []
        self._places: dict[Line, int] = {}

    def add(self, lines: list[Line]) -> CheckedRows:
        own = None
        if self._columns.own:
            cells = list(map(self._table.cells, lines))
            own, lines = list(map(self._columns.own_cells, cells)), list(map(self._columns.without_own, cells))
        if len(self._places) > _MAX_UNIQUE_ROWS:
            self._rows, self._places = [], {}
        rows, places, first_new = self._rows, self._places, len(self._rows)
        for line in lines:
            if line not in places:
                places[line] = len(rows)
                rows.append(self._check(line))
        keys = list(places)
        row_index = [places[line] for line in lines]
        return CheckedRows(rows, row_index, lambda place: self._sent(keys[place]), own, first_new)

    def _check(self, line: Line) -> CheckedRow:
        cells, names = self._table.cells(line), self._columns.names
        if len(cells) != len(names):
            return (FieldError("body", f"has {len(cells)} cells, the header {len(names)}", code="cells"),)
        fields = {name: _value(cell) for name, cell in zip(names, cells, strict=True) if name and cell.strip()}
        try:
            return REQUEST_ADAPTER.validate_json(msgspec.json.encode(fields))
        except ValidationError as error:
            return tuple(field_errors(error))

    def _sent(self, line: Line) -> dict[str, str]:
        pairs = zip(self._columns.names, self._table.cells(line), strict=False)
        return {name: cell for name, cell in pairs if name}


def _bad_header(problem: str) -> BadInputError:
    message = f"{problem}: name DayOfWeek, Season and Holiday, or Date"
    return BadInputError([FieldError("header", message, code="header")])


def _value(cell: str) -> int | str:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MAX_INTEGER_DIGITS else text


def _simplify(name: str) -> str:
    letters = normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not (letter.isspace() or letter in "-_" or combining(letter)))


_NAMES = {_simplify(name): column for name, column in {**dict(zip(COLUMNS, COLUMNS, strict=True)), **SPANISH}.items()}
