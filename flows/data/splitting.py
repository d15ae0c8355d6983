"""Which rows are train and which are test; knows dates and row counts, no columns and no files."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from hashlib import blake2b
from math import ceil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BLOCK = 10


def stable_test_days(days: Iterable[date], test_size: float, seed: int) -> set[date]:
    """The `days` that are test, decided for each day by the calendar alone, never by the other days.

    Every ten consecutive days of the calendar hold `10 * test_size` test days (the fraction is carried to
    the next ten), those whose hash is lowest: the hash is BLAKE2b, 8 bytes, of `"<seed>:<ISO date>"`. So a
    day keeps its side as data grows, and a year's share is within a point of `test_size`, where hashing
    each day by itself would miss by 2.4 points as a rule.
    """
    wanted = set(days)
    blocks = {day.toordinal() // BLOCK for day in wanted}
    return {day for block in blocks for day in _test_days_of(block, test_size, seed) if day in wanted}


def _test_days_of(block: int, test_size: float, seed: int) -> list[date]:
    per_block = BLOCK * test_size
    count = int((block + 1) * per_block) - int(block * per_block)
    days = [date.fromordinal(block * BLOCK + i) for i in range(BLOCK)]
    return sorted(days, key=lambda day: blake2b(f"{seed}:{day}".encode(), digest_size=8).digest())[:count]


def chronological_cut(days: Iterable[date], test_size: float) -> date:
    """The first day of the test set: the last `test_size` of the distinct days, rounded up, are test."""
    ordered = sorted(set(days))
    return ordered[len(ordered) - ceil(test_size * len(ordered))]


def random_rows(rows: int, test_size: float, seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Row numbers of train and test, in the order of scikit-learn's `train_test_split(random_state=seed)`.

    The method is `ShuffleSplit`'s: a permutation by the legacy generator, whose first
    `ceil(test_size * rows)` are test. Written out because importing scikit-learn takes three seconds.
    """
    import numpy as np

    shuffled = np.random.RandomState(seed).permutation(rows)
    tests = ceil(test_size * rows)
    return shuffled[tests:], shuffled[:tests]
