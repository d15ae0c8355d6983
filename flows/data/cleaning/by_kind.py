"""Days that are unusual for their own kind and their own time. Knows arrays only.

Sales are compared on a logarithmic scale, `sign(x) log(1 + |x|)`, so that a sale event on a small and on a large game
look alike. A day's expected value is the level of its time (a running median) and the effect of its kind (the median
of what is left), found in turn; medians, as neither an event nor a typing error may move them. What is left over is
held against its robust spread (median absolute deviation, Huber, Robust Statistics, 1981) and the spread of a count.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]
Days = NDArray[np.int64]
Flags = NDArray[np.bool_]

LEVEL_DAYS = 21
"""Days of train whose median is the level of the middle one: three weeks."""
ROUNDS = 4
THRESHOLD = 6.0
"""Standard deviations beyond which a day is unusual."""
MIN_FACTOR = 1.5
"""A day within this factor of the expected is never unusual, however regular the days are."""
NEWEST_DAYS = 28
NEIGHBOUR_DAYS = 3
SEASON_DAYS = 10
YEAR_DAYS = 365.25
ALIKE_FACTOR = 2.0
MIN_ALIKE = 3
TO_STANDARD_DEVIATION = 1.4826


Near = Callable[[Days], Flags]
"""From the numbers of days between days to whether they are near."""


class DayTable(NamedTuple):
    """Distinct days in order, each with its mean Sales; arrays of shape (n,).

    `kind` is any number for the kind of day, `special` says of a holiday that its weekday is not one by rule, and
    `learned` of a day that it is in train: only those decide what is usual.
    """

    day: Days
    sales: Values
    kind: Days
    special: Flags
    learned: Flags


class Unusual(NamedTuple):
    """Which days are unusual (shape (n,)), and the reason to keep each: none, holiday, newest, event or recurring."""

    unusual: Flags
    reason: NDArray[np.str_]


def find_unusual(table: DayTable) -> Unusual:
    """Find the days that are unusual for their kind and time, and which of them stay all the same."""
    left, spread = _residuals(table)
    limit = np.maximum(THRESHOLD * spread, np.log(MIN_FACTOR))
    unusual = np.abs(left) > limit
    reason = np.full(len(left), "", dtype="U9")
    for name, kept in _reasons_to_keep(table, left, unusual).items():
        reason[unusual & kept & (reason == "")] = name
    return Unusual(unusual, reason)


def _residuals(table: DayTable) -> tuple[Values, Values]:
    """What is left of each day, and its standard deviation, both on the logarithmic scale."""
    scaled = np.sign(table.sales) * np.log1p(np.abs(table.sales))
    plain = table.learned & ~table.special
    kinds = np.unique(table.kind[plain])
    effect = np.zeros(len(scaled))
    level = np.zeros(len(scaled))
    for _ in range(ROUNDS):
        level = np.interp(table.day, table.day[plain], _running_median((scaled - effect)[plain]))
        for kind in kinds:
            members = table.kind == kind
            effect[members] = np.median((scaled - level)[members & plain])
    expected = level + effect
    left = scaled - expected
    robust = TO_STANDARD_DEVIATION * float(np.median(np.abs(left[plain])))
    units = np.expm1(np.maximum(expected, 0.0))
    counted = np.sqrt(units + 1) / (units + 2)  # a count of about `units` has their root as its standard deviation
    return left, np.hypot(robust, counted)


def _running_median(values: Values) -> Values:
    width = min(LEVEL_DAYS, len(values))
    padded = np.pad(values, (width // 2, width - 1 - width // 2), mode="reflect" if len(values) > width else "edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, width), axis=1))


def _reasons_to_keep(table: DayTable, left: Values, unusual: Flags) -> dict[str, Flags]:
    return {
        "holiday": table.special,
        "newest": table.day > table.day[-1] - NEWEST_DAYS,
        "event": _with_company(table.day, left, unusual, _is_neighbour),
        "recurring": _with_company(table.day, left, unusual, _is_a_year_apart) | _one_of_many(left, unusual),
    }


def _with_company(days: Days, left: Values, unusual: Flags, near: Near) -> Flags:
    """Unusual days that another one, unusual in the same direction, is `near`."""
    found = np.zeros(len(days), dtype=bool)
    for up in (True, False):
        places = np.flatnonzero(unusual & ((left > 0) == up))
        for place in places:
            found[place] = near(np.abs(days[places[places != place]] - days[place])).any()
    return found


def _is_neighbour(apart: Days) -> Flags:
    return apart <= NEIGHBOUR_DAYS


def _is_a_year_apart(apart: Days) -> Flags:
    years = np.maximum(np.round(apart / YEAR_DAYS), 1)
    return np.abs(apart - years * YEAR_DAYS) <= SEASON_DAYS


def _one_of_many(left: Values, unusual: Flags) -> Flags:
    """Unusual days of which there are others of about the same size: a monthly event, say."""
    found = np.zeros(len(left), dtype=bool)
    for place in np.flatnonzero(unusual):
        found[place] = (unusual & (np.abs(left - left[place]) <= np.log(ALIKE_FACTOR))).sum() >= MIN_ALIKE
    return found
