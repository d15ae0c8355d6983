"""Reads a CSV file of questions, a part at a time, so that no file is too long; knows no HTTP."""

import csv
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from io import TextIOWrapper
from itertools import islice
from typing import BinaryIO

import msgspec
from pydantic import ValidationError

from service.batch import Asked, check
from service.champion import Predictor
from service.errors import BadInputError, FieldError
from service.questions import QUESTION, ByCodes, ByDate, faults_of

PART_ROWS = 2_500
"""Few enough that a single question beside a file waits some 20 ms for its turn to write, not 100."""
COLUMNS = ("DayOfWeek", "Season", "Holiday", "Date")
_KNOWN_QUESTIONS = 65_536
_LONG = 20

_Cells = tuple[str, ...]
_ToQuestion = Callable[[_Cells], ByCodes | ByDate]


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
    """The questions in a UTF-8 file whose header names `COLUMNS`, in any order; an empty cell says nothing.

    Raises:
        BadInputError: as `check_csv`.
    """
    file.seek(0)
    text = TextIOWrapper(file, "utf-8-sig", newline="")
    try:
        yield from _parts(_rows(text))
    finally:
        text.detach()


def _rows(text: TextIOWrapper) -> Iterator[_Cells]:
    reader = csv.reader(text, strict=True)
    try:
        yield from (tuple(cells) for cells in reader if cells)
    except (csv.Error, UnicodeDecodeError) as error:
        raise BadInputError([FieldError("body", f"line {reader.line_num + 1} is no CSV in UTF-8: {error}")]) from None


def _parts(rows: Iterator[_Cells]) -> Iterator[Asked]:
    question_of = _reader(_header(next(rows, ())))
    above = 0
    while part := list(islice(rows, PART_ROWS)):
        index: dict[_Cells, int] = {}
        which = [index.setdefault(cells, len(index)) for cells in part]
        yield Asked(_questions(question_of, index, which, above), which)
        above += len(part)


def _header(names: _Cells) -> _Cells:
    clean = tuple(name.strip() for name in names)
    unknown = [name for name in clean if name not in COLUMNS]
    if not clean or unknown or len(set(clean)) < len(clean):
        what = f"the column {unknown[0][:100]!r} is not known" if unknown else "it needs a header without repetition"
        raise BadInputError([FieldError("header", f"{what}: name DayOfWeek, Season and Holiday, or Date")])
    return clean


def _reader(names: _Cells) -> _ToQuestion:
    @lru_cache(_KNOWN_QUESTIONS)
    def question(cells: _Cells) -> ByCodes | ByDate:
        if len(cells) != len(names):
            raise BadInputError([FieldError("body", f"has {len(cells)} cells, the header {len(names)}")])
        sent = {name: _value(cell) for name, cell in zip(names, cells, strict=True) if cell.strip()}
        try:
            return QUESTION.validate_json(msgspec.json.encode(sent))
        except ValidationError as error:
            raise BadInputError(faults_of(error)) from None

    return question


def _value(cell: str) -> int | str:
    text = cell.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _LONG else text


def _questions(
    question_of: _ToQuestion, index: dict[_Cells, int], which: Sequence[int], above: int
) -> list[ByCodes | ByDate]:
    questions = []
    for cells, kind in index.items():
        try:
            questions.append(question_of(cells))
        except BadInputError as error:
            row = above + which.index(kind) + 1
            raise BadInputError([FieldError(fault.field, fault.message, row) for fault in error.errors]) from None
    return questions
