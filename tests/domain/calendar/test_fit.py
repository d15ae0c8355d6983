"""The rule that made a table's codes is found again, whatever the country, the weekdays and the hemisphere."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import CalendarRule, Event, calendar_of
from domain.calendar.fit import Choices, ObservedDay, find_rule

FIRST = date(2023, 3, 1)
COUNTRIES = ("US", "DE", "ES", "AR", "BR", "JP", "GB", "KR", "ZA", "FR", "MX", "IN")


def table(rule: CalendarRule, days: int = 730, first: date = FIRST) -> list[ObservedDay]:
    """Days with the codes that a rule gives them."""
    codes_of = calendar_of(rule).codes_of
    return [ObservedDay(day, *codes_of(day)) for day in (first + timedelta(days=n) for n in range(days))]


RULES = st.builds(
    CalendarRule,
    country=st.sampled_from(COUNTRIES) | st.none(),
    hemisphere=st.sampled_from(["north", "south"]),
    weekly=st.sampled_from([(), (7,), (6, 7), (5,), (5, 6)]),
)


@settings(deadline=None, max_examples=40)
@given(rule=RULES, first=st.dates(date(2010, 1, 1), date(2025, 1, 1)))
def test_the_rule_that_made_the_codes_gives_them_again(rule: CalendarRule, first: date) -> None:
    days = table(rule, first=first)
    found = find_rule(days)
    assert found.fit.followed == {"DayOfWeek": 1.0, "Season": 1.0, "Holiday": 1.0}
    assert found.fit.warning is None
    assert [each[1:] for each in days] == [tuple(calendar_of(found.fit.rule).codes_of(each.day)) for each in days]
    assert (found.fit.rule.hemisphere, found.fit.rule.weekly) == (rule.hemisphere, rule.weekly)


def test_a_region_is_found_where_its_country_leaves_something_open() -> None:
    found = find_rule(table(CalendarRule(country="ES", subdivision="CT", weekly=())))
    assert (found.fit.rule.country, found.fit.rule.subdivision) == ("ES", "CT")


def test_of_countries_with_the_same_holidays_the_others_are_named() -> None:
    found = find_rule(table(CalendarRule(weekly=()), days=40, first=date(2024, 12, 1)))
    assert found.fit.rule.country is not None
    assert found.as_good


def test_holidays_that_follow_the_table_s_weekdays_are_found_though_those_are_not_the_calendar_s() -> None:
    days = [each._replace(weekday=each.weekday and each.weekday % 7 + 1) for each in table(CalendarRule(weekly=()))]
    days = [each._replace(holiday=int(each.weekday == 7)) for each in days]
    fit = find_rule(days).fit
    assert (fit.rule.country, fit.rule.weekly) == (None, (7,))
    assert (fit.followed["DayOfWeek"], fit.followed["Holiday"]) == (0.0, 1.0)
    assert fit.warning
    assert "DayOfWeek on 0%" in fit.warning


def test_codes_by_chance_follow_nothing_and_say_so() -> None:
    days = [
        ObservedDay(each.day, each.weekday, (number * 7) % 4 + 1, (number * number) % 11 // 5)
        for number, each in enumerate(table(CalendarRule()))
    ]
    warning = find_rule(days).fit.warning
    assert warning
    assert "Season" in warning
    assert "Holiday" in warning


def test_holidays_of_no_calendar_are_listed() -> None:
    own = (Event(start=date(2023, 6, 20), end=date(2023, 6, 22), name="Sale"),)
    found = find_rule(table(CalendarRule(weekly=(), events=own)))
    assert found.fit.rule.country == "US"
    assert found.unknown_holidays == (date(2023, 6, 20), date(2023, 6, 21), date(2023, 6, 22))
    told = find_rule(table(CalendarRule(weekly=(), events=own)), Choices(events=own))
    assert (told.fit.origin, told.unknown_holidays, told.fit.followed["Holiday"]) == ("options", (), 1.0)


def test_a_table_without_codes_takes_the_default_and_the_options() -> None:
    days = [ObservedDay(each.day) for each in table(CalendarRule())]
    found = find_rule(days)
    assert (found.fit.origin, found.fit.rule) == ("default", CalendarRule(weekly=()))
    chosen = find_rule(days, Choices(country="AR", hemisphere="south", sundays=True)).fit
    assert (chosen.origin, chosen.rule) == ("options", CalendarRule(country="AR", hemisphere="south"))
    assert find_rule(days, Choices(country="none")).fit.rule.country is None


@pytest.mark.parametrize("sundays", [True, False])
def test_an_option_goes_before_what_the_table_says_and_the_fit_shows_it(sundays: bool) -> None:
    fit = find_rule(table(CalendarRule(weekly=() if sundays else (7,))), Choices(sundays=sundays)).fit
    assert fit.rule.weekly == ((7,) if sundays else ())
    assert fit.followed["Holiday"] < 0.9
    assert fit.warning
