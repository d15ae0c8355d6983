"""Rows of a batch as they were read: each is a question, or what is wrong with it; knows no file and no HTTP."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.errors import BadInputError, FieldError
from service.prediction.requests import CodesRequest, DateRequest

Verdict = CodesRequest | DateRequest | tuple[FieldError, ...]


@dataclass(frozen=True)
class Judged:
    """Some rows: the distinct ones, and which of them each row is."""

    verdicts: Sequence[Verdict]
    sent: Callable[[int], Mapping[str, Any]]
    """Which of them gives the same row as it came, by column."""
    which: Sequence[int]


def as_question(verdict: Verdict, row: int) -> CodesRequest | DateRequest:
    """The question in the row of this number.

    Raises:
        BadInputError: it is none.
    """
    if isinstance(verdict, tuple):
        raise BadInputError([replace(fault, row=row) for fault in verdict])
    return verdict
