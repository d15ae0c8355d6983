"""Which country's public holidays the holidays of a table are. Knows days, no other part of the rule."""

from collections.abc import Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from holidays import list_supported_countries

from domain.calendar.codes import public_holidays

SEARCH_YEARS = 4
"""The newest years of a table, on which the countries are compared: 250 countries take a tenth of a second a year."""
MIN_COMMON_HOLIDAYS = 2
MAX_COUNTRIES_SEARCHED_BY_REGION = 5
# where several countries have the same holidays on the days of a table: the first of these, then by the alphabet
_BY_SALES = ("US", "CN", "DE", "GB", "FR", "BR", "CA", "JP", "KR", "AU", "ES", "PL", "IT", "MX", "AR", "RU")
Place = tuple[str, str | None]


class FoundCountry(NamedTuple):
    """A country, its region, and the countries whose holidays are the same on these days; None: no country's."""

    country: str | None = None
    subdivision: str | None = None
    as_good: tuple[str, ...] = ()


def find_country(days: Sequence[date], holidays: frozenset[date]) -> FoundCountry:
    """Return whose public holidays agree best with `holidays`, some of the sorted `days`."""
    newest = frozenset(day for day in days if day.year > days[-1].year - SEARCH_YEARS)
    wanted = holidays & newest
    if not wanted:
        return FoundCountry()
    wrong = {code: len(wanted ^ holidays_among(newest, code)) for code in list_supported_countries(False)}
    ranked = sorted(wrong, key=lambda code: (wrong[code], _rank(code), code))
    # if no country counted, as many days would be wrong as are wanted
    if wrong[ranked[0]] >= len(wanted):
        return FoundCountry()
    country, region = _with_region(ranked[:MAX_COUNTRIES_SEARCHED_BY_REGION], wanted, newest, wrong)
    if len(wanted & holidays_among(newest, country, region)) < MIN_COMMON_HOLIDAYS:
        return FoundCountry()
    same = () if region else tuple(code for code in ranked if code != country and wrong[code] == wrong[country])
    return FoundCountry(country, region, same)


def holidays_among(days: frozenset[date], country: str | None, subdivision: str | None = None) -> frozenset[date]:
    """Return the days that are public holidays there."""
    years = {day.year for day in days}
    return frozenset[date]().union(*(_of_year(country, subdivision, year) for year in years)) & days


@cache
def _of_year(country: str | None, subdivision: str | None, year: int) -> frozenset[date]:
    return public_holidays(country, subdivision, year)


def _rank(code: str) -> int:
    return _BY_SALES.index(code) if code in _BY_SALES else len(_BY_SALES)


def _with_region(
    countries: Sequence[str], wanted: frozenset[date], days: frozenset[date], wrong: dict[str, int]
) -> Place:
    least, best = wrong[countries[0]], (countries[0], None)
    regions = [(code, region) for code in countries for region in list_supported_countries(False)[code]]
    for place in regions if least else ():
        if (left := len(wanted ^ holidays_among(days, *place))) < least:
            least, best = left, place  # type: ignore[assignment]
    return best
