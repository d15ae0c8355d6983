"""Many predictions made together: the distinct rows, and which of them each id has; pure."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from service.prediction.predict import Row

T = TypeVar("T")


class UniqueRows(list[Row]):
    """Distinct rows, to which more may be appended. Ignore their `id` and `created_at`: see `Batch`."""

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        super().__init__(rows)
        self._results: dict[Callable[[Row], Any], list[Any]] = {}

    def map(self, function: Callable[[Row], T]) -> list[T]:
        """Return the function's results, computed once for each row."""
        results = self._results.setdefault(function, [])
        results.extend(map(function, self[len(results) :]))
        return results


@dataclass(frozen=True)
class Batch:
    """Predictions made by one model at one time."""

    rows: UniqueRows
    row_index: Sequence[int]
    """For each prediction its place in `rows`."""
    ids: Sequence[str]
    """For each prediction its id: 32 hexadecimal digits, ascending, with the time `created_at`."""
    created_at: datetime

    def __len__(self) -> int:
        """Return the number of predictions."""
        return len(self.ids)
