"""Reads a CSV file of questions, a part at a time, so that no file is too long; knows no HTTP."""

import csv
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from io import TextIOWrapper
from itertools import chain, islice
from typing import BinaryIO
from unicodedata import combining, normalize

import msgspec
from pydantic import ValidationError

from service.batch import Asked, check
from service.champion import Predictor
from service.errors import BadInputError, FieldError
from service.judging import Judged, Verdict, asked_in
from service.questions import QUESTION, faults_of

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
SEPARATORS = ",;\t"
_KNOWN_QUESTIONS = 65_536
_LONG = 20

_Cells = tuple[str, ...]


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
    return asked_in(judged_csv(file))


def judged_csv(file: BinaryIO) -> Iterator[Judged]:
    """The rows of a UTF-8 file whose header names `COLUMNS`, in any order; an empty cell says nothing.

    Cells stand apart by whichever of `SEPARATORS` the header has most of. The names may be the `SPANISH` ones;
    case, blanks, hyphens, underscores and accents in them do not matter.

    Raises:
        BadInputError: the header names something else, or what follows is no CSV.
    """
    file.seek(0)
    text = TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield from _parts(_rows(text))
    finally:
        if not file.closed:  # who stops in the middle closes it before this is told
            text.detach()


def _rows(text: TextIOWrapper) -> Iterator[_Cells]:
    line = 0
    try:
        first = text.readline()
        separator = max(SEPARATORS, key=first.count)
        reader = csv.reader(chain([first], text), strict=True, delimiter=separator)
        for cells in reader:
            line = reader.line_num
            if cells:
                yield tuple(cells)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInputError(
            [FieldError("body", f"line {line + 1} is no CSV in UTF-8: {error}", code="encoding")]
        ) from None


def _parts(rows: Iterator[_Cells]) -> Iterator[Judged]:
    names = _header(next(rows, ()))
    verdict_of = _judge(names)
    while part := list(islice(rows, PART_ROWS)):
        index: dict[_Cells, int] = {}
        which = [index.setdefault(cells, len(index)) for cells in part]
        yield Judged(list(map(verdict_of, index)), partial(_sent, names, list(index)), which)


def _sent(names: _Cells, rows: list[_Cells], kind: int) -> dict[str, str]:
    return dict(zip(names, rows[kind], strict=False))


def _header(cells: _Cells) -> _Cells:
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


def _judge(names: _Cells) -> Callable[[_Cells], Verdict]:
    @lru_cache(_KNOWN_QUESTIONS)
    def verdict(cells: _Cells) -> Verdict:
        if len(cells) != len(names):
            return (FieldError("body", f"has {len(cells)} cells, the header {len(names)}", code="cells"),)
        sent = {name: _value(cell) for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            return QUESTION.validate_json(msgspec.json.encode(sent))
        except ValidationError as error:
            return tuple(faults_of(error))

    return verdict


def _value(cell: str) -> int | str:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONG else text
