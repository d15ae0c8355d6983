"""Numbers, times and weekdays in the reader's language and time zone. Knows Babel, no HTML."""

from datetime import UTC, date, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, dates, numbers


def format_units(value: float, language: str) -> str:
    """Write whole units, grouped: 2874.1 is `2.874` in Spanish and `2,874` in English."""
    return numbers.format_decimal(value, format="#,##0", locale=language)


def format_tenths(value: float, language: str) -> str:
    """Write units to a tenth, grouped: 145.48 is `145,5` in Spanish and `145.5` in English."""
    return numbers.format_decimal(value, format="#,##0.0", locale=language)


def format_share(value: float, language: str) -> str:
    """Write a share of 1 as a percentage: 0.9 is `90 %` in Spanish and `90%` in English."""
    return numbers.format_percent(value, locale=language)


def format_time(time: datetime, zone: tzinfo, language: str) -> str:
    """Write an aware time to the minute, as the clock in `zone` shows it."""
    local = time.astimezone(zone)
    return f"{format_day(local, language)}, {dates.format_time(local, 'short', locale=language)}"


def format_day(when: date, language: str) -> str:
    """Write a date."""
    return dates.format_date(when, "medium", language)


def format_short_day(when: date, language: str) -> str:
    """Write a date without its year, for a chart: `26 nov` in Spanish and `Nov 26` in English."""
    return dates.format_skeleton("MMMd", when, locale=language)


def format_weekday_day(when: date, language: str) -> str:
    """Write a date with its weekday, both short."""
    return dates.format_skeleton("yMMMEd", when, locale=language)


def format_month(when: date, language: str) -> str:
    """Write the month of a date, and its year."""
    text = dates.format_skeleton("yMMMM", when, locale=language)
    return text[:1].upper() + text[1:]


def decimal_places(zone: tzinfo, language: str) -> str:
    """Name the place whose clock `zone` is, for a column's heading."""
    if zone is UTC:
        return "UTC"
    return dates.get_timezone_location(zone, language, return_city=True).rpartition("/")[-1]


def weekday_names(language: str) -> dict[int, str]:
    """Names of the ISO weekdays (1 = Monday), each with a capital, as they stand alone in a form."""
    names = Locale.parse(language).days["stand-alone"]["wide"]
    return {day + 1: names[day][:1].upper() + names[day][1:] for day in range(7)}


def time_zone(name: str | None) -> tzinfo:
    """Find the time zone that a browser names; UTC where it names none that is known here."""
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError, OSError):  # a browser may send anything: a path, a folder, a novel
        return UTC
