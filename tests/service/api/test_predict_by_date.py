"""A champion that was trained on dates: asked by Date only, each date with its own answer."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from litestar.testing import TestClient

from domain.calendar import CalendarRule, calendar_of
from service.app import create_app
from service.model_loading import disk_cache
from service.settings import Settings
from tests.service.champions import US, dated
from tests.service.conftest import CODES, Client, until
from tests.service.findings import FEATURES, FINDINGS

FIRST = date(1990, 1, 1)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    disk_cache.save(settings.state, dated())
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client


@pytest.mark.parametrize("day", [FIRST, date(2024, 2, 29), date(2026, 12, 25), date(2100, 12, 31)])
def test_each_date_has_its_own_answer(client: Client, day: date) -> None:
    body = client.post("/predict/", json={"Date": f"{day}"}).json()
    expected = (day - FIRST).days
    codes = US.codes_of(day)
    assert (body["prediction"], body["Date"]) == (expected, f"{day}")
    assert [body[name] for name in FEATURES] == list(codes)
    lower, upper = FINDINGS["interval"]["by_weekday"][f"{codes.day_of_week}"]
    assert body["interval"] == {"level": 0.9, "lower": max(expected + lower, 0), "upper": expected + upper}
    assert body["seen_in_training"] == (list(codes) in FINDINGS["seen"])


def fault(answer: Any) -> dict[str, Any]:
    assert answer.status_code == 400
    (only,) = answer.json()["errors"]
    return dict(only)


def test_codes_alone_are_told_to_send_a_date(client: Client) -> None:
    error = fault(client.post("/predict/", json=CODES))
    assert error["field"] == "Date"
    assert 'send {"Date"' in error["message"]


@pytest.mark.parametrize("day", [FIRST - timedelta(1), date(2101, 1, 1)])
def test_a_date_outside_the_window_is_told_its_limits(client: Client, day: date) -> None:
    error = fault(client.post("/predict/", json={"Date": f"{day}"}))
    assert error["field"] == "Date"
    assert "between 1990-01-01 and 2100-12-31" in error["message"]


def test_a_row_of_a_batch_without_a_date_is_named(client: Client) -> None:
    rows = [{"Date": "2026-12-24"}, {"Date": "2026-12-25"}, CODES]
    assert fault(client.post("/predict/batch", json=rows))["row"] == 3
    file = "DayOfWeek,Season,Holiday,Date\n" + ",,,2026-12-24\n" * 10_001 + "3,1,0,\n"
    answer = client.post("/predict/batch", content=file, headers={"Content-Type": "text/csv"})
    assert fault(answer)["row"] == 10_002
    assert client.get("/registry/").json()["items"] == []


def test_the_model_says_what_it_takes(client: Client) -> None:
    assert client.get("/model").json()["features"] == [*FEATURES, "Trend", "DayOfYear"]


def test_a_champion_on_disk_of_another_calendar_does_not_serve(settings: Settings) -> None:
    disk_cache.save(settings.state, dated(calendar_name=calendar_of(CalendarRule(country="ES")).name))
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/registry/").status_code == 200)
        assert client.post("/predict/", json={"Date": "2026-12-24"}).status_code == 503


@pytest.mark.parametrize("changes", [{"predictions": [1.0] * 56}, {"calendar_name": None}])
def test_a_table_that_is_not_whole_is_no_champion(changes: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="predictions instead of 40542, or no calendar"):
        dated(**changes)
