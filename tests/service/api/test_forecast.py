"""What the champion says of days in a row and of every kind of day: read out of its table, and never stored."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from domain.calendar import ALL_CODES, CalendarRule, calendar_of
from service.app import create_app
from service.model_loading import disk_cache
from service.settings import Settings
from tests.service.champions import dated
from tests.service.conftest import Client, until
from tests.service.findings import FEATURES, FINDINGS


@pytest.fixture
def dated_client(settings: Settings) -> Iterator[Client]:
    disk_cache.save(settings.state, dated())
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client


def days(client: Client, **asked: Any) -> list[dict[str, Any]]:
    answer = client.get("/model/days", params=asked)
    assert answer.status_code == 200, answer.text
    found: list[dict[str, Any]] = answer.json()["days"]
    return found


def test_each_day_is_what_a_prediction_of_its_date_would_say(client: Client) -> None:
    for day in days(client, start="2026-12-21", days=14):
        said = client.post("/predict/", json={"Date": day["Date"]}).json()
        assert {name: day[name] for name in (*FEATURES, "Date", "prediction", "seen_in_training")} == {
            name: said[name] for name in (*FEATURES, "Date", "prediction", "seen_in_training")
        }
        assert (day["lower"], day["upper"]) == (said["interval"]["lower"], said["interval"]["upper"])


def test_the_days_follow_one_another_and_one_version_says_them_all(client: Client) -> None:
    answer = client.get("/model/days", params={"start": "2027-02-25", "days": 120}).json()
    first = date(2027, 2, 25)
    assert [day["Date"] for day in answer["days"]] == [f"{first + timedelta(days=n)}" for n in range(120)]
    assert (answer["model_version"], answer["level"]) == ("1", FINDINGS["interval"]["level"])


def test_a_week_is_given_where_nobody_says_how_many_days(client: Client) -> None:
    assert len(days(client, start="2026-12-21")) == 7


def test_today_is_meant_where_nobody_says_from_when(client: Client) -> None:
    before = datetime.now(UTC).date()
    (today,) = days(client, days=1)
    assert before <= date.fromisoformat(today["Date"]) <= datetime.now(UTC).date()


def test_only_public_holidays_have_a_name(client: Client) -> None:
    named = {day["Date"]: day["holiday_name"] for day in days(client, start="2026-12-25", days=3)}
    assert named == {"2026-12-25": "Christmas Day", "2026-12-26": None, "2026-12-27": None}
    assert [day["Holiday"] for day in days(client, start="2026-12-25", days=3)] == [1, 0, 1]


@pytest.mark.parametrize(
    ("country", "language", "name"),
    [
        ("CO", "es", "Navidad"),
        ("CO", "en", "Christmas Day"),
        ("CO", None, "Navidad"),
        ("US", "es", "Christmas Day"),
        ("DE", "es", "Weihnacht"),
    ],
)
def test_a_holiday_is_named_in_the_readers_language_where_its_country_can(
    country: str, language: str | None, name: str
) -> None:
    named = calendar_of(CalendarRule(country=country)).holiday_on(date(2026, 12, 25), language)
    assert named is not None
    assert name in named


def test_the_calendar_ends(client: Client) -> None:
    assert [day["Date"] for day in days(client, start="2199-12-30", days=7)] == ["2199-12-30", "2199-12-31"]


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"start": "tomorrow"}, "start"),
        ({"start": "2026-02-30"}, "start"),
        ({"start": "1969-12-31"}, "start"),
        ({"start": "20261221"}, "start"),
        ({"start": "2026-W52-1"}, "start"),
        ({"start": "null"}, "start"),
        ({"start": "2026-12-21", "days": 0}, "days"),
        ({"start": "2026-12-21", "days": 121}, "days"),
        ({"start": "2026-12-21", "language": "fr"}, "language"),
    ],
)
def test_what_cannot_be_asked_names_its_field(client: Client, asked: dict[str, Any], field: str) -> None:
    answer = client.get("/model/days", params=asked)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-input")
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


def test_every_kind_of_day_is_said(client: Client) -> None:
    said = client.get("/model/inputs").json()["inputs"]
    assert [tuple(each[name] for name in FEATURES) for each in said] == [tuple(codes) for codes in ALL_CODES]
    for each in said:
        assert each["prediction"] == each["DayOfWeek"] * 1000 + each["Season"] * 10 + each["Holiday"]
        assert each["seen_in_training"] == ([each[name] for name in FEATURES] in FINDINGS["seen"])


def test_reading_stores_nothing(client: Client) -> None:
    days(client, start="2026-12-21", days=120)
    client.get("/model/inputs")
    assert client.get("/registry/").json()["items"] == []


def test_a_champion_of_dates_says_days_and_no_kinds_of_day(dated_client: Client) -> None:
    said = days(dated_client, start="1990-01-01", days=3)
    assert [day["prediction"] for day in said] == [0, 1, 2]
    answer = dated_client.get("/model/inputs")
    assert (answer.status_code, answer.json()["type"]) == (409, "/problems/dates-only")


def test_a_champion_of_dates_knows_nothing_of_others(dated_client: Client) -> None:
    answer = dated_client.get("/model/days", params={"start": "2100-12-30", "days": 7})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "Date")


@pytest.mark.parametrize("path", ["/model/days?start=2026-12-21", "/model/inputs"])
def test_before_the_first_training_the_cure_is_said(settings: Settings, path: str) -> None:
    with TestClient(create_app(settings)) as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-model")
