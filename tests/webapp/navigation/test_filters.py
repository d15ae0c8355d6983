"""Filters of *Registro*: as they stand in the address, and as the API is asked."""

from datetime import UTC, date
from zoneinfo import ZoneInfo

import pytest

from webapp.navigation.filters import Filters, parse

ALL = Filters(date(2026, 11, 1), date(2026, 11, 23), 3, 1, 0, "4")


def test_what_is_chosen_survives_its_address() -> None:
    assert parse(ALL.address) == parse(f"?{ALL.address}") == ALL
    assert parse(Filters().address) == parse(None) == Filters()
    assert bool(ALL)
    assert not Filters()


@pytest.mark.parametrize(
    "search",
    [
        "since=yesterday",
        "until=9999-12-31",
        "weekday=8",
        "season=0",
        "holiday=",
        "holiday=%00",
        "version=+",
        "x=1",
        "?&&=",
    ],
)
def test_what_makes_no_sense_in_an_address_filters_nothing(search: str) -> None:
    assert parse(search) == Filters()


def test_days_begin_and_end_on_the_clock_of_the_reader() -> None:
    asked = ALL.params(ZoneInfo("America/Bogota"))
    assert (asked["since"], asked["until"]) == ("2026-11-01T05:00:00Z", "2026-11-24T05:00:00Z")
    assert {name: asked[name] for name in ("DayOfWeek", "Season", "Holiday", "model_version")} == {
        "DayOfWeek": "3", "Season": "1", "Holiday": "0", "model_version": "4",
    }  # fmt: skip
    assert Filters().params(UTC) == {}
