"""Rows of a batch as they were read: each is a question, or what is wrong with it; knows no file and no HTTP."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
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
    sent: Callable[[int], Mapping[str, Any]]
    """Which of them gives the same row as it came, by column."""
    which: Sequence[int]


def asked_in(parts: Iterable[Judged]) -> Iterator[Asked]:
    """The questions, a part at a time.

    Raises:
        BadInputError: names the first row, from 1, that is none.
    """
    above = 0
    for part in parts:
        questions = [verdict for verdict in part.verdicts if not isinstance(verdict, tuple)]
        if len(questions) < len(part.verdicts):
            raise BadInputError(_first_faults(part, above))
        yield Asked(questions, part.which)
        above += len(part.which)


def _first_faults(part: Judged, above: int) -> list[FieldError]:
    row, faults = next(
        (row, verdict)
        for row, verdict in enumerate(map(part.verdicts.__getitem__, part.which), above + 1)
        if isinstance(verdict, tuple)
    )
    return [replace(fault, row=row) for fault in faults]
