"""A prediction on its way into the history, light enough to be made at every request; knows no database."""

from collections.abc import Mapping
from datetime import UTC, datetime
from time import time_ns
from typing import Any, NamedTuple

_SECOND = 1_000_000


class Fresh(NamedTuple):
    """What names a prediction, and what it shares with others of its kind."""

    name: str
    """Its id, as 32 hexadecimal digits."""
    moment: str
    """When it was made, in UTC: `2026-11-23T16:20:00.123456Z`, the microseconds always there."""
    kind: Mapping[str, Any]
    """The columns of `StoredPrediction` by name; its `id` and `created_at` say nothing."""


def fresh(row: Mapping[str, Any]) -> Fresh:
    """A row by its columns; `created_at` is in UTC."""
    moment = row["created_at"].astimezone(UTC).isoformat(timespec="microseconds")
    return Fresh(row["id"].hex, moment.replace("+00:00", "Z"), row)


class Clock:
    """Tells the moments of predictions, no two the same and, but for a clock that is set back, ever later."""

    def __init__(self) -> None:
        self._last = 0
        self._second = 0
        self._text = ""

    def now(self) -> tuple[int, str]:
        """Microseconds since 1970, and the same in words as `Fresh` has them."""
        moment = time_ns() // 1000
        if self._last - _SECOND < moment <= self._last:
            moment = self._last + 1
        second, rest = divmod(moment, _SECOND)
        if rest == 0:  # which elsewhere is told without its zeros
            moment, rest = moment + 1, 1
        if second != self._second:
            self._second, self._text = second, datetime.fromtimestamp(second, UTC).isoformat()[:-6]
        self._last = moment
        return moment, f"{self._text}.{rest:06d}Z"
