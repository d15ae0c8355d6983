"""From a date to its three codes, and to the name of its holiday. Depends on a rule and on `holidays`."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import lru_cache
from importlib.metadata import version
from typing import NamedTuple

from holidays import HolidayBase, country_holidays

from domain.calendar.rule import CalendarRule, Event

WEEKDAYS = range(1, 8)
SEASONS = range(1, 5)
HOLIDAYS = range(2)
FIRST_DATE = date(1970, 1, 1)
LAST_DATE = date(2199, 12, 31)
_MAX_CACHED_YEARS = LAST_DATE.year - FIRST_DATE.year + 1
_MAX_CACHED_DAYS = 8_192


class Codes(NamedTuple):
    """A kind of day, in the order the model takes its columns."""

    day_of_week: int
    """1 = Monday to 7 = Sunday."""
    season: int
    """1 = summer, 2 = autumn, 3 = winter, 4 = spring."""
    holiday: int
    """0 or 1."""


ALL_CODES = tuple(Codes(d, s, h) for d in WEEKDAYS for s in SEASONS for h in HOLIDAYS)


class Calendar(NamedTuple):
    """A rule ready to answer."""

    name: str
    """Equal names mean equal codes."""
    codes_of: Callable[[date], Codes]
    holiday_on: Callable[[date, str | None], str | None]
    """The name of the event or public holiday on a date, in a language (`es`) where its country has names in it."""


def season_of(month: int, hemisphere: str) -> int:
    """Return the season of a month 1 to 12; seasons turn on the 1st of March, June, September and December."""
    turned = 2 if hemisphere == "north" else 0
    return (month // 3 - turned) % 4 + 1


def calendar_of(rule: CalendarRule) -> Calendar:
    """Make a rule ready. Its name has the version of `holidays`, which corrects holidays now and then."""
    name = f"{rule.model_dump_json()}, holidays {version('holidays')}"
    return Calendar(name, _codes_by_date(rule), _holiday_names(rule))


def public_holidays(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    """Return a year's public holidays, none for no country."""
    if country is None:
        return frozenset()
    return frozenset(country_holidays(country, subdiv=subdivision, years=year, expand=False))


def days_of_events(events: tuple[Event, ...]) -> dict[date, str]:
    """Return each day of the events with its name; the first event that names a day counts."""
    return {day: event.name for event in reversed(events) for day in _days(event)}


def _days(event: Event) -> Iterator[date]:
    return (event.start + timedelta(number) for number in range((event.last - event.start).days + 1))


def _codes_by_date(rule: CalendarRule) -> Callable[[date], Codes]:
    own, weekly = days_of_events(rule.events), frozenset(rule.weekly)

    # The library computes a whole year at a time, about a millisecond.
    @lru_cache(maxsize=_MAX_CACHED_YEARS)
    def public(year: int) -> frozenset[date]:
        return public_holidays(rule.country, rule.subdivision, year)

    # Batches ask for the days of some years again and again.
    @lru_cache(maxsize=_MAX_CACHED_DAYS)
    def codes(day: date) -> Codes:
        weekday = day.isoweekday()
        holiday = weekday in weekly or day in own or day in public(day.year)
        return Codes(weekday, season_of(day.month, rule.hemisphere), int(holiday))

    return codes


def _holiday_names(rule: CalendarRule) -> Callable[[date, str | None], str | None]:
    own, public = days_of_events(rule.events), _public_names(rule.country, rule.subdivision)
    return lambda day, language: own.get(day) or public(day, language)


def _public_names(country: str | None, subdivision: str | None) -> Callable[[date, str | None], str | None]:
    if country is None:
        return lambda _day, _language: None
    country_of = country_holidays(country, subdiv=subdivision)
    # Without a language the library would take that of the process.
    own = country_of.default_language

    @lru_cache(maxsize=2 * _MAX_CACHED_YEARS)
    def holidays_of(year: int, language: str | None) -> HolidayBase:
        return country_holidays(country, subdiv=subdivision, years=year, expand=False, language=language)

    def name(day: date, language: str | None) -> str | None:
        written = next((tag for tag in country_of.supported_languages if tag.split("_")[0] == language), own)
        return holidays_of(day.year, written).get(day)

    return name
