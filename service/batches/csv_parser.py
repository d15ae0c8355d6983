"""Reads a CSV file of questions, a part at a time, so that no file is too long; knows no HTTP."""

from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from itertools import islice
from typing import BinaryIO
from unicodedata import combining, normalize

import msgspec
from pydantic import ValidationError

from service.batches.csv_reader import Cells, Line, Table, opened
from service.batches.predict import Asked, check
from service.batches.rows import Judged, Verdict, as_question
from service.errors import BadInputError, FieldError
from service.prediction.predictor import Predictor
from service.prediction.requests import REQUEST_ADAPTER, CodesRequest, DateRequest, field_errors

PART_ROWS = 2_500
"""Few enough that a single question beside a file waits some 20 ms for its turn to write, not 100."""
COLUMNS = ("DayOfWeek", "Season", "Holiday", "Date")
SPANISH = {
    "Día de la semana": "DayOfWeek",
    "Estación": "Season",
    "Feriado": "Holiday",
    "Festivo": "Holiday",
    "Fecha": "Date",
}
_KNOWN_ROWS = 8_192
"""More than the days of twenty years; what a file that has more of them repeats is read anew now and then."""
_LONG = 20


def check_csv(file: BinaryIO, predictor: Predictor) -> None:
    """Read all of it, and say what is wrong with the first row that is.

    Raises:
        BadInputError: names the row, from 1 below the header, and the fields.
    """
    above = 0
    for asked in read_csv(file):
        check(asked, predictor, above)
        above += len(asked.which)


def read_csv(file: BinaryIO) -> Iterator[Asked]:
    """The questions in a file such as `judged_csv` reads.

    Raises:
        BadInputError: as `check_csv`.
    """
    with opened(file) as table:
        verdict_of, known, above = _judge(table), _Known(), 0
        while part := list(islice(table.rows, PART_ROWS)):
            yield known.asked(part, verdict_of, above)
            above += len(part)


def judged_csv(file: BinaryIO) -> Iterator[Judged]:
    """The rows of a UTF-8 file whose header names `COLUMNS`, in any order; an empty cell says nothing.

    The names may be the `SPANISH` ones; case, blanks, hyphens, underscores and accents in them do not matter.

    Raises:
        BadInputError: the header names something else, or what follows is no CSV.
    """
    with opened(file) as table:
        verdict_of = lru_cache(_KNOWN_ROWS)(_judge(table))
        while part := list(islice(table.rows, PART_ROWS)):
            index: dict[Line, int] = {}
            which = [index.setdefault(row, len(index)) for row in part]
            yield Judged(list(map(verdict_of, index)), partial(_sent, table, list(index)), which)


class _Known:
    """The rows that were read so far, and what they ask."""

    def __init__(self) -> None:
        self._questions: list[CodesRequest | DateRequest] = []
        self._index: dict[Line, int] = {}

    def asked(self, part: list[Line], verdict_of: Callable[[Line], Verdict], above: int) -> Asked:
        """What a part asks, which so many rows came before; raises BadInputError."""
        if len(self._index) > _KNOWN_ROWS:
            self._questions, self._index = [], {}
        new = len(self._questions)
        for number, row in enumerate(part, above + 1):
            if row not in self._index:
                self._questions.append(as_question(verdict_of(row), number))
                self._index[row] = len(self._index)
        return Asked(self._questions, list(map(self._index.__getitem__, part)), new)


def _sent(table: Table, rows: list[Line], kind: int) -> dict[str, str]:
    return dict(zip(_header(table.header), table.cells(rows[kind]), strict=False))


def _header(cells: Cells) -> Cells:
    names = tuple(_KNOWN.get(_plain(name), "") for name in cells)
    if not names or not all(names) or len(set(names)) < len(names):
        unknown = [cell for cell, name in zip(cells, names, strict=True) if not name]
        what = f"the column {unknown[0][:100]!r} is not known" if unknown else "it needs a header without repetition"
        raise BadInputError(
            [FieldError("header", f"{what}: name DayOfWeek, Season and Holiday, or Date", code="header")]
        )
    return names


def _plain(name: str) -> str:
    letters = normalize("NFKD", name.casefold())
    return "".join(letter for letter in letters if not (letter.isspace() or letter in "-_" or combining(letter)))


_KNOWN = {_plain(name): column for name, column in {**dict(zip(COLUMNS, COLUMNS, strict=True)), **SPANISH}.items()}


def _judge(table: Table) -> Callable[[Line], Verdict]:
    names = _header(table.header)

    def verdict(row: Line) -> Verdict:
        cells = table.cells(row)
        if len(cells) != len(names):
            return (FieldError("body", f"has {len(cells)} cells, the header {len(names)}", code="cells"),)
        sent = {name: _value(cell) for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            return REQUEST_ADAPTER.validate_json(msgspec.json.encode(sent))
        except ValidationError as error:
            return tuple(field_errors(error))

    return verdict


def _value(cell: str) -> int | str:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONG else text
