"""Weekdays as files count them. Depends on nothing."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

WeekStart = Literal["auto", "monday", "sunday", "saturday"]
FIRST_WEEKDAY: Mapping[WeekStart, int] = MappingProxyType({"auto": 1, "monday": 1, "sunday": 7, "saturday": 6})
"""The ISO weekday (1 = Monday) that a file gives its lowest number."""
WEEK = 7


def iso_weekday(code: int, base: int, starts: WeekStart) -> int:
    """Return the ISO weekday (1 = Monday to 7 = Sunday) of a file's number.

    `base` is the file's lowest number, 0 or 1. A number outside the week stays outside of 1 to 7.
    """
    place = code - base
    return (place + FIRST_WEEKDAY[starts] - 1) % WEEK + 1 if 0 <= place < WEEK else place + 1
