"""Rows of a batch as they were read: each is a question, or what is wrong with it; knows no file and no HTTP."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.batch import Asked
from service.errors import BadInputError, FieldError
from service.questions import ByCodes, ByDate

Verdict = ByCodes | ByDate | tuple[FieldError, ...]


@dataclass(frozen=True)
class Judged:
    """Some rows: the distinct ones, and which of them each row is."""

    verdicts: Sequence[Verdict]
    sent: Sequence[Mapping[str, Any]]
    """The same rows as they came, by column."""
    which: Sequence[int]


def asked_in(parts: Iterable[Judged]) -> Iterator[Asked]:
    """The questions, a part at a time.

    Raises:
        BadInputError: names the first row, from 1, that is none.
    """
    above = 0
    for part in parts:
        yield Asked([_question(part, kind, above) for kind in range(len(part.verdicts))], part.which)
        above += len(part.which)


def _question(part: Judged, kind: int, above: int) -> ByCodes | ByDate:
    verdict = part.verdicts[kind]
    if isinstance(verdict, tuple):
        row = above + part.which.index(kind) + 1
        raise BadInputError([replace(fault, row=row) for fault in verdict])
    return verdict
