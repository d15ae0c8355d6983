"""The registry over time: days or hours, the filters of the pages, and a bound on how much is asked for."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest

from service.errors import BadInputError
from service.storage.filters import Filters
from service.storage.summary import build_summary, requested_span
from tests.service.conftest import CODES, Client

NOW = datetime(2026, 11, 23, 16, 20, tzinfo=UTC)


def group(version: str, *units: float) -> dict[str, Any]:
    """What a database says of some predictions."""
    return {
        "model_version": version,
        "count": len(units),
        "total": sum(units),
        "minimum": min(units),
        "maximum": max(units),
    }


def test_the_last_thirty_days_are_asked_for_if_nothing_is_said() -> None:
    asked = requested_span(Filters(), NOW)
    assert (asked.since, asked.until) == (datetime(2026, 10, 25, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC))
    assert asked.step == "day"
    assert len(list(asked.steps())) == 30


@pytest.mark.parametrize(("days", "step", "count"), [(1, "hour", 24), (7, "hour", 168), (8, "day", 8)])
def test_a_short_span_is_told_by_the_hour(days: int, step: str, count: int) -> None:
    until = datetime(2026, 11, 20, tzinfo=UTC)
    asked = requested_span(Filters(since=until - timedelta(days=days), until=until), NOW)
    assert (asked.step, len(list(asked.steps()))) == (step, count)


def test_steps_cover_the_span_and_nothing_else() -> None:
    since, until = datetime(2026, 11, 1, 10, 30, tzinfo=UTC), datetime(2026, 11, 12, 9, tzinfo=UTC)
    steps = list(requested_span(Filters(since=since, until=until), NOW).steps())
    assert [start.hour for start, _, _ in steps] == [0] * 12
    assert (steps[0][1], steps[-1][2]) == (since, until)
    assert all(before[2] == after[1] for before, after in pairwise(steps))


def test_more_than_is_bounded_is_refused() -> None:
    longest = Filters(since=NOW - timedelta(days=400), until=NOW)
    assert len(list(requested_span(longest, NOW).steps())) == 401
    with pytest.raises(BadInputError, match="choose a shorter span"):
        requested_span(Filters(since=NOW - timedelta(days=400, seconds=1), until=NOW), NOW)


@pytest.mark.parametrize("end", ["0001-01-01T00:00:00+10:00", "1970-01-01", "9999-12-31T23:59:59-10:00"])
def test_the_ends_of_time_are_no_trouble(client: Client, end: str) -> None:
    answer = client.get("/registry/summary", params={"until": end})
    assert (answer.status_code, answer.json()["items"]) == (200, [])
    assert client.get("/registry/summary", params={"since": end}).status_code in {200, 400}


def test_what_the_versions_made_is_added_up() -> None:
    asked = requested_span(Filters(since=NOW - timedelta(days=9), until=NOW), NOW)
    first, second, *_ = [start for start, _, _ in asked.steps()]
    summary = build_summary(
        asked, [(first, [group("1", 10, 20), group("2", 60)]), (second, []), (NOW, [group("2", 5)])]
    )
    assert [item.start for item in summary.items] == [first, NOW]
    whole = summary.items[0]
    assert (whole.count, whole.mean, whole.minimum, whole.maximum) == (3, 30, 10, 60)
    assert summary.versions == {"1": 2, "2": 2}


def test_it_says_what_was_answered_through_the_filters_of_the_pages(client: Client) -> None:
    answered = [client.post("/predict/", json=CODES | {"DayOfWeek": day}).json() for day in (1, 1, 2)]
    units = [answer["prediction"] for answer in answered]
    whole = client.get("/registry/summary").json()
    assert sum(item["count"] for item in whole["items"]) == 3
    assert min(item["minimum"] for item in whole["items"]) == min(units)
    assert max(item["maximum"] for item in whole["items"]) == max(units)
    assert whole["versions"] == {"1": 3}
    monday = client.get("/registry/summary", params={"DayOfWeek": 1, "since": answered[1]["created_at"]}).json()
    (hour,) = monday["items"]
    assert (monday["step"], monday["since"], monday["versions"]) == ("hour", answered[1]["created_at"], {"1": 1})
    assert (hour["count"], hour["mean"], hour["start"][13:]) == (1, units[1], ":00:00Z")
    assert client.get("/registry/summary", params={"model_version": "2"}).json()["items"] == []
