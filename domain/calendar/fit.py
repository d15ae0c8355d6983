"""Finds the rule that a table's own columns follow, and how well. Knows days, no file and no frame."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import NamedTuple

from domain.calendar.codes import season_of
from domain.calendar.countries import FoundCountry, find_country, holidays_among
from domain.calendar.rule import CalendarFit, CalendarRule, Event, Hemisphere

WEEKLY_SHARE = 0.9
"""A weekday is a holiday by rule if so many of its days are holidays."""
FOLLOWED_SHARE = 0.95
"""A column follows the rule if it agrees on so many days."""
HOLIDAYS_SHARE = 0.8
"""Holidays follow the rule if so many of the days that either side calls a holiday are holidays on both."""


NO_COUNTRY = "none"
"""Chosen as a country: no public holidays count."""


class ObservedDay(NamedTuple):
    """A day as a table has it; None for a column that it has not."""

    day: date
    weekday: int | None = None
    season: int | None = None
    holiday: int | None = None


class Choices(NamedTuple):
    """What the user said of the rule; None leaves it to the table."""

    country: str | None = None
    subdivision: str | None = None
    hemisphere: Hemisphere | None = None
    sundays: bool | None = None
    events: tuple[Event, ...] = ()

    @property
    def any(self) -> bool:
        """Whether anything was said."""
        return any(choice not in (None, ()) for choice in self)


class Found(NamedTuple):
    """A rule with its fit, the countries that fit as well, and the holidays of the table that it does not know."""

    fit: CalendarFit
    as_good: tuple[str, ...] = ()
    unknown_holidays: tuple[date, ...] = ()


def find_rule(days: Sequence[ObservedDay], choices: Choices = Choices()) -> Found:  # noqa: B008 - immutable
    """Return the rule that the days follow best, with what the user chose.

    `days` are sorted and distinct. Without a column for holidays, the public ones of the US count, and no Sundays.
    """
    hemisphere = choices.hemisphere or _hemisphere(days)
    holidays = frozenset(each.day for each in days if each.holiday)
    has_holidays = any(each.holiday is not None for each in days)
    weekly = _weekly(days, choices) if has_holidays else _with_sundays((), choices.sundays)
    place = _place(days, holidays, weekly, choices) if has_holidays else _chosen(choices)
    rule = CalendarRule(
        country=place.country,
        subdivision=place.subdivision,
        hemisphere=hemisphere,
        weekly=weekly,
        events=choices.events,
    )
    decided = has_holidays or any(each.season is not None for each in days)
    origin = "options" if choices.any else "file" if decided else "default"
    counted = _counted_days(days, rule)
    followed = _followed(days, counted, hemisphere)
    columns = tuple(name for name in followed if not _follows(name, followed, holidays, counted))
    fit = CalendarFit(rule=rule, origin=origin, followed=followed, warning=_warning(columns, followed))
    return Found(fit, place.as_good, tuple(sorted(holidays - counted)))


def _hemisphere(days: Sequence[ObservedDay]) -> Hemisphere:
    south = _share(each.season == season_of(each.day.month, "south") for each in days if each.season)
    north = _share(each.season == season_of(each.day.month, "north") for each in days if each.season)
    return "south" if south > north else "north"


def _share(hits: Iterable[bool]) -> float:
    seen = list(hits)
    return sum(seen) / len(seen) if seen else 0.0


def _weekday(each: ObservedDay) -> int:
    # holidays that follow the table's weekdays follow them also if those are not the calendar's
    return each.weekday or each.day.isoweekday()


def _weekly(days: Sequence[ObservedDay], choices: Choices) -> tuple[int, ...]:
    all_days = Counter(_weekday(each) for each in days)
    holidays = Counter(_weekday(each) for each in days if each.holiday)
    found = tuple(day for day in range(1, 8) if all_days[day] > 1 and holidays[day] >= WEEKLY_SHARE * all_days[day])
    return _with_sundays(found, choices.sundays)


def _with_sundays(weekly: tuple[int, ...], sundays: bool | None) -> tuple[int, ...]:
    if sundays is None:
        return weekly
    return tuple(sorted({*weekly, 7} if sundays else set(weekly) - {7}))


def _chosen(choices: Choices) -> FoundCountry:
    country = None if choices.country == NO_COUNTRY else choices.country or "US"
    return FoundCountry(country, choices.subdivision if country else None)


def _place(
    days: Sequence[ObservedDay], holidays: frozenset[date], weekly: tuple[int, ...], choices: Choices
) -> FoundCountry:
    if choices.country or choices.subdivision:
        return _chosen(choices)
    others = [each.day for each in days if _weekday(each) not in weekly]
    return find_country(others, holidays - _own(choices.events, others)) if others else FoundCountry()


def _own(events: tuple[Event, ...], days: Iterable[date]) -> set[date]:
    return {day for day in days if any(event.start <= day <= event.last for event in events)}


def _counted_days(days: Sequence[ObservedDay], rule: CalendarRule) -> frozenset[date]:
    """The days that the rule calls holidays, by the weekdays that the table has."""
    every = frozenset(each.day for each in days)
    weekly = {each.day for each in days if _weekday(each) in rule.weekly}
    return holidays_among(every, rule.country, rule.subdivision) | weekly | _own(rule.events, every)


def _followed(days: Sequence[ObservedDay], counted: frozenset[date], hemisphere: str) -> dict[str, float]:
    hits = {
        "DayOfWeek": [each.weekday == each.day.isoweekday() for each in days if each.weekday is not None],
        "Season": [each.season == season_of(each.day.month, hemisphere) for each in days if each.season is not None],
        "Holiday": [bool(each.holiday) == (each.day in counted) for each in days if each.holiday is not None],
    }
    return {name: round(_share(found), 4) for name, found in hits.items() if found}


def _follows(name: str, followed: dict[str, float], holidays: frozenset[date], counted: frozenset[date]) -> bool:
    if name != "Holiday":
        return followed[name] >= FOLLOWED_SHARE
    # most days are no holidays on either side: they say nothing
    return len(holidays & counted) >= HOLIDAYS_SHARE * len(holidays | counted)


def _warning(columns: Sequence[str], followed: dict[str, float]) -> str | None:
    if not columns:
        return None
    named = ", ".join(f"{name} on {followed[name]:.0%} of its days" for name in columns)
    return (
        f"The data does not follow the calendar by which a Date is answered ({named} only): "
        "ask by DayOfWeek, Season and Holiday instead."
    )
