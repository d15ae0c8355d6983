"""A date gives the codes that a rule says."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.calendar import ALL_CODES, CalendarRule, Codes, Event, calendar_of, iso_weekday

US = calendar_of(CalendarRule())


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
    assert US.codes_of(day) == codes


def test_seasons_are_turned_in_the_south() -> None:
    of = calendar_of(CalendarRule(country="AR", hemisphere="south")).codes_of
    assert [of(date(2026, month, 1)).season for month in (3, 6, 9, 12)] == [2, 3, 4, 1]


def test_holidays_are_the_country_s_and_its_region_s() -> None:
    independence, catalonia = date(2026, 7, 4), date(2026, 9, 11)
    assert US.codes_of(independence).holiday == 1
    assert calendar_of(CalendarRule(country="ES")).codes_of(independence).holiday == 0
    assert calendar_of(CalendarRule(country="ES")).codes_of(catalonia).holiday == 0
    assert calendar_of(CalendarRule(country="ES", subdivision="CT")).codes_of(catalonia).holiday == 1


def test_which_weekdays_count_is_part_of_the_rule() -> None:
    none = calendar_of(CalendarRule(country=None, weekly=()))
    weekend = calendar_of(CalendarRule(country=None, weekly=(5, 6)))
    week = [date(2026, 11, 16) + timedelta(days=number) for number in range(7)]
    assert [none.codes_of(day).holiday for day in week] == [0] * 7
    assert [weekend.codes_of(day).holiday for day in week] == [0, 0, 0, 0, 1, 1, 0]


def test_events_count_from_the_first_to_the_last_day_and_are_named() -> None:
    sale = Event(start=date(2026, 6, 25), end=date(2026, 7, 9), name="Summer sale")
    days = calendar_of(CalendarRule(weekly=(), events=(sale, Event(start=date(2026, 3, 3)))))
    counted = [day for day in (date(2026, 1, 2) + timedelta(n) for n in range(360)) if days.codes_of(day).holiday]
    assert set(counted) >= {sale.start + timedelta(n) for n in range(15)} | {date(2026, 3, 3)}
    assert date(2026, 6, 24) not in counted
    assert date(2026, 7, 10) not in counted
    assert days.holiday_on(date(2026, 7, 4), "es") == "Summer sale"
    assert days.holiday_on(date(2026, 12, 25), None) == "Christmas Day"


@pytest.mark.parametrize(
    ("told", "cure"),
    [
        ({"country": "Spain"}, "ISO 3166"),
        ({"country": "US", "subdivision": "CT-X"}, "no such subdivision of US"),
        ({"country": None, "subdivision": "CA"}, "no such subdivision"),
        ({"events": [{"start": "2026-02-02", "end": "2026-02-01"}]}, "ends on its first day or later"),
        ({"weekly": [8]}, "less than or equal to 7"),
        ({"sundays": True}, "sundays"),
    ],
)
def test_a_rule_that_nobody_can_follow_is_refused(told: dict[str, object], cure: str) -> None:
    with pytest.raises(ValueError, match=cure):
        CalendarRule.model_validate(told)


def test_equal_rules_have_equal_names_and_others_do_not() -> None:
    rules = [
        CalendarRule(), CalendarRule(country=None), CalendarRule(weekly=()), CalendarRule(hemisphere="south"),
        CalendarRule(subdivision="CA"), CalendarRule(events=(Event(start=date(2026, 1, 5)),)),
    ]  # fmt: skip
    assert len({calendar_of(rule).name for rule in rules}) == len(rules)
    assert US.name == calendar_of(CalendarRule.model_validate_json(CalendarRule().model_dump_json())).name


@given(day=st.dates(date(1970, 1, 1), date(2199, 12, 31)))
def test_every_date_is_one_of_the_56_kinds(day: date) -> None:
    assert US.codes_of(day) in ALL_CODES
    assert US.codes_of(day).day_of_week == day.isoweekday()


@pytest.mark.parametrize(
    ("base", "starts", "numbers"),
    [
        (1, "monday", [1, 2, 3, 4, 5, 6, 7]),
        (1, "auto", [1, 2, 3, 4, 5, 6, 7]),
        (0, "monday", [0, 1, 2, 3, 4, 5, 6]),
        (1, "sunday", [2, 3, 4, 5, 6, 7, 1]),
        (0, "sunday", [1, 2, 3, 4, 5, 6, 0]),
        (1, "saturday", [3, 4, 5, 6, 7, 1, 2]),
    ],
)
def test_a_file_s_numbers_from_monday_to_sunday_are_the_week(base: int, starts: str, numbers: list[int]) -> None:
    assert [iso_weekday(number, base, starts) for number in numbers] == [1, 2, 3, 4, 5, 6, 7]  # type: ignore[arg-type]
    assert {iso_weekday(number, base, starts) for number in (base - 1, base + 7)} == {0, 8}  # type: ignore[arg-type]
