"""A date is answered by the champion's own calendar rule, settings replace parts of it where they are set."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from litestar.testing import TestClient

from service.app import create_app
from service.model_loading import disk_cache
from service.settings import Settings
from tests.service.conftest import Client, champion, until

SPAIN = {"country": "ES", "subdivision": "CT", "hemisphere": "north", "weekly": [], "events": []}
SALE = {"start": "2026-11-24", "end": "2026-11-26", "name": "Autumn sale"}
CATALAN, SUNDAY, CHRISTMAS = "2026-09-11", "2026-11-29", "2026-12-25"


@contextmanager
def api(settings: Settings, rule: dict[str, Any] | None, **changes: Any) -> Iterator[Client]:
    """The API on a champion whose data follows a rule; `changes` are laid over the settings."""
    fit = rule and {"rule": rule, "origin": "file", "followed": {"Holiday": 0.99}, "warning": None}
    ruled = type(champion()).model_validate(champion().model_dump() | {"calendar": fit})
    disk_cache.save(settings.state, ruled)
    with TestClient(create_app(settings.model_copy(update=changes))) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client


def holidays(client: Client, *days: str) -> list[int]:
    return [client.post("/predict/", json={"Date": day}).json()["Holiday"] for day in days]


def test_a_date_follows_the_champion_s_rule_wherever_it_is_asked(settings: Settings) -> None:
    with api(settings, SPAIN | {"events": [SALE]}) as client:
        assert holidays(client, CATALAN, SUNDAY, CHRISTMAS, "2026-11-25") == [1, 0, 1, 1]
        ahead = client.get("/model/days", params={"start": "2026-11-23", "days": 7}).json()["days"]
        assert [day["Holiday"] for day in ahead] == [0, 1, 1, 1, 0, 0, 0]
        assert ahead[1]["holiday_name"] == "Autumn sale"
        rows = client.post("/predict/batch", json=[{"Date": SUNDAY}, {"Date": CATALAN}]).json()["items"]
        assert [row["Holiday"] for row in rows] == [0, 1]
        checked = client.post("/predict/batch/check", json=[{"Date": SUNDAY}]).json()["sample"]
        assert checked[0]["understood"]["Holiday"] == 0


def test_a_champion_of_before_goes_on_with_the_settings_of_before(settings: Settings) -> None:
    with api(settings, None) as client:
        assert holidays(client, CATALAN, SUNDAY, CHRISTMAS, "2026-07-04") == [0, 1, 1, 1]
        assert client.get("/model").json()["calendar"]["origin"] == "default"


@pytest.mark.parametrize(
    ("changes", "named", "expected"),
    [
        ({}, [], [1, 0, 1, 0]),
        ({"holidays_country": "US"}, ["HOLIDAYS_COUNTRY"], [0, 0, 1, 1]),
        ({"sundays_are_holidays": True}, ["SUNDAYS_ARE_HOLIDAYS"], [1, 1, 1, 0]),
        ({"sundays_are_holidays": False}, ["SUNDAYS_ARE_HOLIDAYS"], [1, 0, 1, 0]),
        ({"hemisphere": "south"}, ["HEMISPHERE"], [1, 0, 1, 0]),
    ],
)
def test_settings_go_before_the_rule_and_are_shown(
    settings: Settings, changes: dict[str, Any], named: list[str], expected: list[int]
) -> None:
    with api(settings, SPAIN, **changes) as client:
        shown = client.get("/model").json()["calendar"]
        assert shown["overridden"] == named
        assert holidays(client, CATALAN, SUNDAY, CHRISTMAS, "2026-07-03") == expected
        season = client.post("/predict/", json={"Date": CHRISTMAS}).json()["Season"]
        assert season == (1 if changes.get("hemisphere") == "south" else 3)


def test_where_the_data_follows_no_calendar_whoever_asks_by_date_is_told(settings: Settings) -> None:
    fit = {"rule": SPAIN, "origin": "file", "followed": {"DayOfWeek": 0.0}, "warning": "The data follows no calendar."}
    unruly = type(champion()).model_validate(champion().model_dump() | {"calendar": fit})
    disk_cache.save(settings.state, unruly)
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        asked = {"Date": SUNDAY}
        answers = [
            client.post("/predict/", json=asked).json(),
            client.post("/predict/", json=asked, headers={"Idempotency-Key": "once"}).json(),
            client.post("/predict/batch", json=[asked]).json()["items"][0],
            client.get("/model/days").json(),
        ]
        assert {answer["calendar_warning"] for answer in answers} == {fit["warning"]}
        by_codes = {"DayOfWeek": 7, "Season": 2, "Holiday": 0}
        assert client.post("/predict/", json=by_codes).json()["calendar_warning"] is None
        assert client.get("/model").json()["calendar"]["warning"] == fit["warning"]
        assert client.get("/registry/").json()["items"][-1]["calendar_warning"] is None


def test_nothing_is_answered_below_zero(settings: Settings) -> None:
    low = champion().model_copy(update={"predictions": [-50.0, *champion().predictions[1:]]})
    disk_cache.save(settings.state, low)
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        answer = client.post("/predict/", json={"DayOfWeek": 1, "Season": 1, "Holiday": 0}).json()
        assert (answer["prediction"], answer["interval"]["lower"]) == (0.0, 0.0)
        assert answer["interval"]["upper"] == 201.0
        inputs = client.get("/model/inputs").json()["inputs"]
        assert min(row["lower"] for row in inputs) == 0.0
