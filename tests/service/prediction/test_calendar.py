"""A date gives the codes that the data uses."""

from datetime import date

import pytest

from service.prediction.calendar import ALL_CODES, Codes, codes_by_date


@pytest.mark.parametrize(
    ("day", "codes"),
    [
        (date(2026, 5, 31), Codes(7, 4, 1)),  # a Sunday, spring
        (date(2026, 6, 1), Codes(1, 1, 0)),  # summer turns on the 1st
        (date(2026, 9, 1), Codes(2, 2, 0)),
        (date(2026, 12, 1), Codes(2, 3, 0)),
        (date(2027, 3, 1), Codes(1, 4, 0)),
        (date(2026, 12, 25), Codes(5, 3, 1)),  # a public holiday on a Friday
    ],
)
def test_a_date_in_the_north(day: date, codes: Codes) -> None:
    assert codes_by_date("US", "north", sundays=True)(day) == codes


def test_seasons_are_turned_in_the_south() -> None:
    of = codes_by_date("AR", "south", sundays=True)
    seasons = [of(date(2026, month, 1)).season for month in (3, 6, 9, 12)]
    assert seasons == [2, 3, 4, 1]


def test_holidays_are_the_country_s() -> None:
    independence = date(2026, 7, 4)
    assert codes_by_date("US", "north", sundays=True)(independence).holiday == 1
    assert codes_by_date("ES", "north", sundays=True)(independence).holiday == 0


def test_sundays_can_be_ordinary_days() -> None:
    assert codes_by_date("US", "north", sundays=False)(date(2026, 11, 22)) == Codes(7, 2, 0)


def test_there_are_56_kinds_of_day() -> None:
    assert len(set(ALL_CODES)) == 7 * 4 * 2
