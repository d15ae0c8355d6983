"""Rows of a batch as a reader yields them: each is a request or its errors; knows no file format."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.errors import BadInputError, FieldError
from service.prediction.predictor import Predictor
from service.prediction.requests import CodesRequest, DateRequest

Errors = tuple[FieldError, ...]
CheckedRow = CodesRequest | DateRequest | Errors


@dataclass(frozen=True)
class CheckedRows:
    """Consecutive rows of a batch: the distinct requests in them, and which of these each row is."""

    unique: Sequence[CheckedRow]
    """The chunks of one file share this list, and each may append to it."""
    row_index: Sequence[int]
    """For each row its place in `unique`."""
    sent: Callable[[int], Mapping[str, Any]]
    """Returns the fields of a row of `unique` as they were sent, by name."""
    own: Sequence[Any] | None = None
    """For each row the fields that are the caller's own, as the reader has them; None if there are none."""
    first_new: int = 0
    """Place of the first row in `unique` that no chunk before had."""

    def __len__(self) -> int:
        """Return the number of rows."""
        return len(self.row_index)


def errors_of(row: CheckedRow, predictor: Predictor) -> Errors:
    """Return what is wrong with a row, for this model."""
    if isinstance(row, tuple):
        return row
    rejection = predictor.rejection(row.Date if isinstance(row, DateRequest) else None)
    return (rejection,) if rejection else ()


def ensure_valid(rows: CheckedRows, predictor: Predictor, rows_before: int = 0) -> None:
    """Check the rows that no chunk before had; `rows_before` rows precede these in the batch.

    Raises:
        BadInputError: names the first bad row, from 1, and everything that is wrong with it.
    """
    for place in range(rows.first_new, len(rows.unique)):
        if errors := errors_of(rows.unique[place], predictor):
            number = rows_before + rows.row_index.index(place) + 1
            raise BadInputError([replace(error, row=number) for error in errors])
