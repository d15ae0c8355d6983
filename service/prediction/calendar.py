"""Turns a date into the three codes the model knows; knows the calendar, nothing of models or HTTP."""

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from holidays import HolidayBase, country_holidays

WEEKDAYS = range(1, 8)
SEASONS = range(1, 5)
HOLIDAYS = range(2)
FIRST_DATE = date(1970, 1, 1)
LAST_DATE = date(2199, 12, 31)
_YEARS = LAST_DATE.year - FIRST_DATE.year + 1
_DAYS = 8_192
_SUNDAY = 7


class Calendar(NamedTuple):
    """What turns dates into codes."""

    name: str
    """Equal names mean equal codes."""
    codes_of: Callable[[date], "Codes"]
    holiday_on: Callable[[date, str | None], str | None]
    """The name of the public holiday on a date, in a language (`es`) where its country has names in it."""


class Codes(NamedTuple):
    """A kind of day, in the order the model takes its columns."""

    day_of_week: int
    """1 = Monday to 7 = Sunday."""
    season: int
    """1 = summer, 2 = autumn, 3 = winter, 4 = spring."""
    holiday: int
    """0 or 1."""


ALL_CODES = tuple(Codes(d, s, h) for d in WEEKDAYS for s in SEASONS for h in HOLIDAYS)


def season_of(month: int, hemisphere: str) -> int:
    """Season of a month 1 to 12; seasons turn on the 1st of March, June, September and December."""
    turned = 2 if hemisphere == "north" else 0
    return (month // 3 - turned) % 4 + 1


def calendar(country: str, hemisphere: str, *, sundays: bool) -> Calendar:
    """`codes_by_date` with its name, in which the library's version stands: it corrects holidays now and then."""
    name = f"{country}, {hemisphere}, {'with' if sundays else 'without'} Sundays, holidays {version('holidays')}"
    return Calendar(name, codes_by_date(country, hemisphere, sundays=sundays), holiday_names(country))


def codes_by_date(country: str, hemisphere: str, *, sundays: bool) -> Callable[[date], Codes]:
    """The function from a date to its codes, public holidays by the library `holidays`."""

    # The library computes a whole year at a time, about a millisecond: kept, and bounded.
    @lru_cache(maxsize=_YEARS)
    def public_holidays(year: int) -> frozenset[date]:
        return frozenset(country_holidays(country, years=year, expand=False))

    # Batches ask for the days of some years again and again.
    @lru_cache(maxsize=_DAYS)
    def codes(day: date) -> Codes:
        weekday = day.isoweekday()
        holiday = day in public_holidays(day.year) or (sundays and weekday == _SUNDAY)
        return Codes(weekday, season_of(day.month, hemisphere), int(holiday))

    return codes


def holiday_names(country: str) -> Callable[[date, str | None], str | None]:
    """The function from a date and a language to the name of its public holiday, None where it is none."""
    country_of = country_holidays(country)
    # Without a language the library would take that of the process.
    own = country_of.default_language

    @lru_cache(maxsize=2 * _YEARS)
    def public_holidays(year: int, language: str | None) -> HolidayBase:
        return country_holidays(country, years=year, expand=False, language=language)

    def name(day: date, language: str | None) -> str | None:
        written = next((tag for tag in country_of.supported_languages if tag.split("_")[0] == language), own)
        return public_holidays(day.year, written).get(day)

    return name
