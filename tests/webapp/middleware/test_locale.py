"""Which language a reader gets, and how numbers and times are written in it."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from webapp.middleware.locale import language_of
from webapp.rendering import formats

SPOKEN = ("es", "en")
NOON = datetime(2026, 7, 1, 12, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("accept", "language"),
    [
        ("es", "es"),
        ("en", "en"),
        ("es-CO,es;q=0.9,en;q=0.8", "es"),
        ("en-US,en;q=0.9,es;q=0.8", "en"),
        ("de-DE,de;q=0.9,en;q=0.5", "en"),
        ("en;q=0.2, es;q=0.7", "es"),
        ("EN-us", "en"),
        ("en;q=0, de", "es"),
        ("de", "es"),
        ("*", "es"),
        ("", "es"),
        (";q=,,es;q=high", "es"),
    ],
)
def test_the_browsers_first_language_that_is_spoken_here(accept: str, language: str) -> None:
    assert language_of(None, accept, SPOKEN, "es") == language


def test_a_choice_on_the_page_wins() -> None:
    assert language_of("en", "es-CO,es;q=0.9", SPOKEN, "es") == "en"


def test_a_choice_of_a_language_not_spoken_here_is_none() -> None:
    assert language_of("fr", "en", SPOKEN, "es") == "en"


@settings(deadline=None)
@given(st.one_of(st.none(), st.text()), st.text())
def test_whatever_a_browser_sends_a_language_is_found(cookie: str | None, accept: str) -> None:
    assert language_of(cookie, accept, SPOKEN, "es") in SPOKEN


@pytest.mark.parametrize(("language", "written"), [("es", "12.874"), ("en", "12,874")])
def test_units_are_whole_and_grouped(language: str, written: str) -> None:
    assert formats.format_units(12873.6, language) == written


@pytest.mark.parametrize(("language", "written"), [("es", "90\xa0%"), ("en", "90%")])
def test_shares_are_percentages(language: str, written: str) -> None:
    assert formats.format_share(0.9, language) == written


@pytest.mark.parametrize(
    ("language", "zone", "written"),
    [
        ("es", "America/Bogota", "1 jul 2026, 7:05"),
        ("es", "Pacific/Auckland", "2 jul 2026, 0:05"),
        ("en", "Europe/Madrid", "Jul 1, 2026, 2:05\u202fPM"),
    ],
)
def test_times_are_the_readers(language: str, zone: str, written: str) -> None:
    assert formats.format_time(NOON, ZoneInfo(zone), language) == written


@pytest.mark.parametrize(
    "name", [None, "", "Mars/Olympus", "../../etc/passwd", "/etc/passwd", "a\0b", "America", "x" * 5000]
)
def test_a_time_zone_that_is_not_known_is_utc(name: str | None) -> None:
    assert formats.time_zone(name) is UTC


@pytest.mark.parametrize(
    ("zone", "language", "place"),
    [
        ("America/Bogota", "es", "Bogotá"),
        ("America/Argentina/Buenos_Aires", "en", "Buenos Aires"),
        (None, "es", "UTC"),
    ],
)
def test_a_time_zone_is_named_by_its_place(zone: str | None, language: str, place: str) -> None:
    assert formats.decimal_places(formats.time_zone(zone), language) == place


@pytest.mark.parametrize(("language", "first", "last"), [("es", "Lunes", "Domingo"), ("en", "Monday", "Sunday")])
def test_weekdays_begin_on_monday(language: str, first: str, last: str) -> None:
    names = formats.weekday_names(language)
    assert (len(names), names[1], names[7]) == (7, first, last)
