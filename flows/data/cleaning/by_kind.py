"""Days that are unusual for their own kind and their own time. Knows arrays only.

Sales are compared on a logarithmic scale, `sign(x) log(1 + |x|)`, so that a sale event on a small and on a large game
look alike. A day's expected value is the level of its time (a running median) and the effect of its kind (the median
of what is left), found in turn; medians, as neither an event nor a typing error may move them. What is left over is
held against its robust spread (median absolute deviation, Huber, Robust Statistics, 1981) and the spread of a count.
A day at a step of the level is held against the level before it and after it too: it fits one of them.
"""

from collections.abc import Callable, Iterator
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
    closed = _closed(table)
    plain = table.learned & ~table.special & ~closed
    if not plain.any():
        return np.zeros(len(scaled)), np.ones(len(scaled))
    kinds = np.unique(table.kind[plain])
    effect = np.zeros(len(scaled))
    level = np.zeros(len(scaled))
    for _ in range(ROUNDS):
        level = np.interp(table.day, table.day[plain], _running_median((scaled - effect)[plain]))
        for kind in kinds:
            members = table.kind == kind
            effect[members] = np.median((scaled - level)[members & plain])
    left = scaled - level - effect
    robust = TO_STANDARD_DEVIATION * float(np.median(np.abs(left[plain])))
    units = np.where(closed, 0.0, np.expm1(np.maximum(level + effect, 0.0)))
    counted = np.sqrt(units + 1) / (units + 2)  # a count of about `units` has their root as its standard deviation
    least = _least(left, *_from_one_side(table, scaled - effect, plain))
    return np.where(closed, scaled, least), np.hypot(robust, counted)


def _closed(table: DayTable) -> Flags:
    """Days of a kind that sells nothing as a rule, such as the Sundays of a shop: whatever the level, 0 is usual."""
    found = np.zeros(len(table.day), dtype=bool)
    for kind in np.unique(table.kind):
        members = table.kind == kind
        learned = table.sales[members & table.learned]
        found[members] = len(learned) > 0 and float(np.median(learned)) == 0
    return found


def _from_one_side(table: DayTable, adjusted: Values, plain: Flags) -> Iterator[Values]:
    """What is left of each day against the level of the days before it, and of those after it."""
    half = LEVEL_DAYS // 2
    medians = _running_median(adjusted[plain], half)
    places = np.searchsorted(table.day[plain], table.day)
    for middle in (places - half // 2 - 1, places + half // 2 + 1):
        yield adjusted - medians[np.clip(middle, 0, len(medians) - 1)]


def _least(*left: Values) -> Values:
    """The nearest to zero of several values for each day."""
    stacked = np.stack(left)
    return np.asarray(np.take_along_axis(stacked, np.abs(stacked).argmin(axis=0)[None], axis=0)[0])


def _running_median(values: Values, days: int = LEVEL_DAYS) -> Values:
    width = min(days, len(values))
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
