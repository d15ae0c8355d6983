"""Assigns days or rows to train and test. Knows dates and row counts, no columns and no files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Row = TypeVar("Row", bound=np.generic)

WEEKS = 10
WEEK = 7


def stable_test_days(days: Iterable[date], test_size: float, seed: int) -> set[date]:
    """Return the `days` that are test, decided for each by the calendar alone, never by the other days.

    The calendar is cut into blocks of ten weeks. In a block each weekday has `10 * test_size` test days
    (a fraction is carried on), and they are spread over the weeks as evenly, in an order that hashes of
    `"<seed>:<block>:<kind>:<number>"` (BLAKE2b, 8 bytes) shuffle. So a day stays in its part as data grows,
    and a year's share is within a point of `test_size`, also where a shop is closed on Sundays; hashing
    each day by itself would miss by 2.4 points as a rule.
    """
    wanted = set(days)
    blocks = {day.toordinal() // (WEEKS * WEEK) for day in wanted}
    return {day for block in blocks for day in _test_days_of(block, test_size, seed)} & wanted


def _test_days_of(block: int, test_size: float, seed: int) -> Iterator[date]:
    weeks, weekdays = _shuffled("week", WEEKS, block, seed), _shuffled("weekday", WEEK, block, seed)
    each = WEEKS * test_size
    for place, weekday in enumerate(weekdays, block * WEEK):
        for turn in range(int(place * each), int((place + 1) * each)):
            yield date.fromordinal((block * WEEKS + weeks[turn % WEEKS]) * WEEK + weekday)


def _shuffled(kind: str, count: int, block: int, seed: int) -> list[int]:
    def rank(number: int) -> bytes:
        return blake2b(f"{seed}:{block}:{kind}:{number}".encode(), digest_size=8).digest()

    return sorted(range(count), key=rank)


def chronological_cut(days: Iterable[date], test_size: float) -> date:
    """Return the first day of the test set: the last `test_size` of the distinct days, rounded up, are test."""
    ordered = sorted(set(days))
    return ordered[len(ordered) - ceil(test_size * len(ordered))]


def random_split(rows: NDArray[Row], test_size: float, seed: int) -> tuple[NDArray[Row], NDArray[Row]]:
    """Return train and test of `rows`, in the order of scikit-learn's `train_test_split(random_state=seed)`.

    The method is `ShuffleSplit`'s: a permutation by the legacy generator, whose first
    `ceil(test_size * len(rows))` are test. Here the rows themselves are permuted, in place, as a
    permutation is the row numbers shuffled; both parts are views of them. Written out because importing
    scikit-learn takes three seconds.
    """
    import numpy as np

    np.random.RandomState(seed).shuffle(rows)
    tests = ceil(test_size * len(rows))
    return rows[tests:], rows[:tests]
