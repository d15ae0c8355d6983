"""The registry: pages that stay put, filters, one prediction, and the whole as a file."""

import csv
import json
from io import StringIO
from typing import Any

import pytest

from tests.service.conftest import CODES, Client


def ask(client: Client, **codes: int) -> dict[str, Any]:
    """A stored prediction."""
    answer: dict[str, Any] = client.post("/predict/", json=CODES | codes).json()
    return answer


def pages(client: Client, limit: int, **filters: Any) -> list[list[dict[str, Any]]]:
    """All pages, followed by their cursors."""
    found: list[list[dict[str, Any]]] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/registry/", params={"limit": limit, **filters, **cursor}).json()
        found.append(page["items"])
        if page["next_cursor"] is None:
            return found
        cursor = {"cursor": page["next_cursor"]}


def test_the_registry_holds_what_was_answered_newest_first(client: Client) -> None:
    answered = [ask(client, DayOfWeek=day) for day in (1, 2, 3)]
    assert client.get("/registry/").json() == {"items": answered[::-1], "next_cursor": None}


@pytest.mark.parametrize("limit", [1, 2, 5, 6])
def test_pages_hold_each_prediction_once(client: Client, limit: int) -> None:
    answered = [ask(client) for _ in range(5)]
    followed = pages(client, limit)
    assert [item for page in followed for item in page] == answered[::-1]
    assert max(len(page) for page in followed) <= limit


def test_a_page_stays_put_while_predictions_arrive(client: Client) -> None:
    answered = [ask(client) for _ in range(4)]
    first = client.get("/registry/", params={"limit": 2}).json()
    ask(client)
    second = client.get("/registry/", params={"limit": 2, "cursor": first["next_cursor"]}).json()
    assert first["items"] + second["items"] == answered[::-1]


def test_filters_by_input_and_version(client: Client) -> None:
    monday, sunday = ask(client, DayOfWeek=1), ask(client, DayOfWeek=7, Season=3, Holiday=1)
    assert pages(client, 10, DayOfWeek=1) == [[monday]]
    assert pages(client, 10, Season=3, Holiday=1) == [[sunday]]
    assert pages(client, 10, model_version="1") == [[sunday, monday]]
    assert pages(client, 10, model_version="2") == [[]]


def test_since_is_inside_and_until_is_outside(client: Client) -> None:
    first, second, third = (ask(client) for _ in range(3))
    chosen = {"since": first["created_at"], "until": third["created_at"]}
    assert pages(client, 10, **chosen) == [[second, first]]
    assert pages(client, 10, since=third["created_at"].replace("Z", "")) == [[third]]


def test_one_prediction_is_what_was_answered(client: Client) -> None:
    answered = client.post("/predict/", json={"Date": "2026-12-25"}).json()
    assert client.get(f"/registry/{answered['id']}").json() == answered


def test_ndjson_holds_what_was_answered(client: Client) -> None:
    answered = [ask(client, DayOfWeek=day) for day in (1, 2)]
    export = client.get("/registry/export", params={"format": "ndjson"})
    assert export.headers["content-type"] == "application/x-ndjson"
    assert [json.loads(line) for line in export.text.splitlines()] == answered[::-1]


def test_csv_holds_the_same_with_the_interval_in_columns(client: Client) -> None:
    answered = client.post("/predict/", json={"Date": "2026-12-25"}).json()
    export = client.get("/registry/export", params={"format": "csv", "DayOfWeek": 5})
    (row,) = csv.DictReader(StringIO(export.text))
    assert export.headers["content-type"] == "text/csv; charset=utf-8"
    assert "predictions.csv" in export.headers["content-disposition"]
    assert float(row["lower"]) == answered["interval"]["lower"]
    for name in ("id", "created_at", "Date", "model_version"):
        assert row[name] == answered[name]


def test_an_export_reaches_past_its_first_page(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("service.storage.reader._EXPORT_PAGE_ROWS", 2)
    answered = [ask(client)["id"] for _ in range(5)]
    lines = client.get("/registry/export").text.splitlines()
    assert [line.split(",")[0] for line in lines] == ["id", *answered[::-1]]
