"""A batch can be looked at before it is asked: every fault by its row, and nothing of it stored."""

import json
from typing import Any

import httpx
import pytest
from litestar.testing import TestClient

from service.app import create_app
from service.batches.validation import MAX_FAULTS, SAMPLE_ROWS
from service.model_loading import disk_cache
from service.settings import Settings
from tests.service.champions import dated
from tests.service.conftest import CODES, Client, until
from tests.service.requests import BAD_ROWS

CSV = {"Content-Type": "text/csv"}
HEADER = "DayOfWeek,Season,Holiday\n"


def look(client: Client, body: str | bytes, **headers: str) -> httpx.Response:
    return client.post("/predict/batch/check", content=body, headers=headers or CSV)


def checked(client: Client, body: str | bytes) -> dict[str, Any]:
    answer = look(client, body)
    assert answer.status_code == 200, answer.text
    check: dict[str, Any] = answer.json()
    return check


def test_a_file_without_fault_is_shown_as_it_is_understood(client: Client) -> None:
    check = checked(client, "Fecha;Estación;Festivo;Día de la semana\n2026-12-25;;;\n;1;0; 3 \n")
    assert (check["rows"], check["bad_rows"], check["faults"], check["more_faults"]) == (2, 0, [], 0)
    by_date, by_codes = check["sample"]
    assert by_date["sent"] == {"Date": "2026-12-25", "Season": "", "Holiday": "", "DayOfWeek": ""}
    assert by_date["understood"] == {
        "DayOfWeek": 5,
        "Season": 3,
        "Holiday": 1,
        "Date": "2026-12-25",
        "seen_in_training": False,
    }
    assert by_codes["understood"] == {**CODES, "Date": None, "seen_in_training": True}


def test_nothing_is_stored(client: Client) -> None:
    checked(client, HEADER + "3,1,0\n")
    assert client.get("/registry/").json()["items"] == []


@pytest.mark.parametrize(
    ("row", "field", "sent", "code"),
    [
        ("8,1,0", "DayOfWeek", "8", "value"),
        ("3,x,0", "Season", "x", "value"),
        ("3,1,", "Holiday", "", "missing"),
        ("3,1", "body", None, "cells"),
    ],
)
def test_a_fault_says_where_it_is_what_stands_there_and_why(
    client: Client, row: str, field: str, sent: str | None, code: str
) -> None:
    check = checked(client, HEADER + "3,1,0\n" * 3_000 + row + "\n3,1,0\n")
    (fault,) = check["faults"]
    message = fault.pop("message")
    assert message
    assert fault == {"row": 3_001, "field": field, "sent": sent, "code": code}
    assert (check["rows"], check["bad_rows"]) == (3_002, 1)


def test_every_faulty_row_is_counted_and_the_first_are_named(client: Client) -> None:
    check = checked(client, HEADER + ("9,9,0\n" + "3,1,0\n") * 5_000)
    assert [fault["row"] for fault in check["faults"]] == [row for row in range(1, MAX_FAULTS, 2) for _ in range(2)]
    assert (check["rows"], check["bad_rows"], check["more_faults"]) == (10_000, 5_000, 10_000 - MAX_FAULTS)
    assert [row["row"] for row in check["sample"]] == list(range(1, SAMPLE_ROWS + 1))
    assert [row["understood"] is None for row in check["sample"]] == [True, False] * (SAMPLE_ROWS // 2)


@pytest.mark.parametrize(
    ("file", "field", "code"),
    [
        ("", "header", "header"),
        ("a,b\n1,2\n", "header", "header"),
        ("DayOfWeek,DayOfWeek\n1,2\n", "header", "header"),
        ("Date\n2026-12-24\n".encode("utf-16"), "body", "encoding"),
        ('Date\n2026-12-24\n"2026', "body", "encoding"),
    ],
)
def test_what_is_no_such_file_is_refused(client: Client, file: str | bytes, field: str, code: str) -> None:
    answer = look(client, file)
    (fault,) = answer.json()["errors"]
    assert (answer.status_code, fault["field"], fault["code"]) == (400, field, code)


def test_a_header_alone_is_no_row(client: Client) -> None:
    check = checked(client, HEADER)
    assert (check["rows"], check["faults"], check["sample"]) == (0, [], [])


@pytest.mark.parametrize(("row", "field"), BAD_ROWS)
def test_what_the_batch_refuses_is_what_the_look_finds(client: Client, row: str, field: str) -> None:
    body = f"[{json.dumps(CODES)}, {row}]"
    check = look(client, body, **{"Content-Type": "application/json"}).json()
    refused = client.post("/predict/batch", content=body).json()["errors"]
    assert field in [fault["field"] for fault in check["faults"]]
    names = ("row", "field", "message")
    assert [[fault[name] for name in names] for fault in check["faults"]] == [
        [fault[name] for name in names] for fault in refused
    ]


@pytest.mark.parametrize("body", ["", "{}", "null", "[", json.dumps(CODES), json.dumps([CODES] * 10_001)])
def test_what_is_no_list_of_questions_is_refused(client: Client, body: str) -> None:
    answer = look(client, body, **{"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (400, "body")


def test_rows_that_are_no_questions_are_reported(client: Client) -> None:
    check = look(client, '[1, [], null, {"Date": [1]}]', **{"Content-Type": "application/json"}).json()
    assert [(fault["row"], fault["field"]) for fault in check["faults"]] == [
        (1, "body"),
        (2, "body"),
        (3, "body"),
        (4, "Date"),
    ]


def test_a_model_of_dates_wants_dates_within_its_years(settings: Settings) -> None:
    disk_cache.save(settings.state, dated())
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        check = checked(client, "Date,DayOfWeek,Season,Holiday\n,3,1,0\n2150-01-01,,,\n2026-12-24,,,\n")
    assert [(fault["row"], fault["code"]) for fault in check["faults"]] == [(1, "date-needed"), (2, "date-outside")]
    assert [row["understood"] is None for row in check["sample"]] == [True, True, False]


def test_without_a_model_it_says_so(settings: Settings) -> None:
    with TestClient(create_app(settings)) as client:
        answer = look(client, HEADER)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/no-model")
