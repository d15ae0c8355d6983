"""Bad input is a problem document that names the field, and none of it is stored."""

from typing import Any

import pytest

from tests.service.conftest import CODES, Client
from tests.service.requests import BAD


@pytest.mark.parametrize(("body", "field"), BAD, ids=[body[:50] or "empty" for body, _ in BAD])
def test_the_field_is_named_and_nothing_is_stored(client: Client, body: str, field: str) -> None:
    answer = client.post("/predict/", content=body)
    problem = answer.json()
    assert answer.status_code == problem["status"] == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert problem["type"].endswith("/bad-input")
    assert field in [fault["field"] for fault in problem["errors"]]
    assert client.get("/registry/").json()["items"] == []


def test_bytes_that_are_no_text_are_told_as_well(client: Client) -> None:
    assert client.post("/predict/", content=b'{"DayOfWeek": "\xff"}').status_code == 400


def test_every_fault_is_told_at_once_but_not_without_end(client: Client) -> None:
    many = client.post("/predict/", json={f"x{number}": 1 for number in range(1000)}).json()
    assert len(many["errors"]) == 20


def test_a_body_of_ten_megabytes_is_too_large(client: Client) -> None:
    answer = client.post("/predict/", content=b" " * 10_000_000)
    assert (answer.status_code, answer.json()["status"]) == (413, 413)
    assert answer.headers["content-type"] == "application/problem+json"
    assert client.get("/registry/").json()["items"] == []


@pytest.mark.parametrize(
    ("parameters", "field"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 501}, "limit"),
        ({"cursor": "page-2"}, "cursor"),
        ({"since": "yesterday"}, "since"),
        ({"until": "0.5"}, "until"),
        ({"cursor": "null"}, "cursor"),
        ({"DayOfWeek": 8}, "DayOfWeek"),
        ({"Season": "x"}, "Season"),
        ({"Holiday": 2}, "Holiday"),
    ],
)
def test_a_filter_that_cannot_be_is_named(client: Client, parameters: dict[str, Any], field: str) -> None:
    answer = client.get("/registry/", params=parameters)
    assert answer.status_code == 400
    assert [fault["field"] for fault in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/registry/", "dayofweek"),
        ("/registry/", "format"),
        ("/registry/summary", "limit"),
        ("/registry/export", "cursor"),
        ("/registry/export", "x" * 500),
    ],
)
def test_a_parameter_that_is_not_known_is_named(client: Client, path: str, name: str) -> None:
    answer = client.get(path, params={name: "1"})
    assert answer.status_code == 400
    (fault,) = answer.json()["errors"]
    assert fault["field"] == name[:100]
    assert "DayOfWeek" in fault["message"]


def test_an_export_in_an_unknown_format_is_refused(client: Client) -> None:
    answer = client.get("/registry/export", params={"format": "xls"})
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "format"


@pytest.mark.parametrize("path", ["/nowhere", "/registry/12", "/registry/019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f"])
def test_what_is_not_there_is_a_problem_document(client: Client, path: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")


def test_the_wrong_method_is_a_problem_document(client: Client) -> None:
    answer = client.put("/predict/", json=CODES)
    assert (answer.status_code, answer.headers["content-type"]) == (405, "application/problem+json")
    assert "POST" in answer.headers["allow"]


@pytest.mark.parametrize(
    "path", ["/health", "/registry/", "/registry/export", "/docs", "/schema/openapi.json", "/nowhere"]
)
def test_a_head_is_what_a_get_answers_without_its_body(client: Client, path: str) -> None:
    client.post("/predict/", json=CODES)
    whole, head = client.get(path), client.head(path)
    assert (head.status_code, dict(head.headers), head.content) == (whole.status_code, dict(whole.headers), b"")


def test_head_stands_beside_get_where_methods_are_told(client: Client) -> None:
    assert client.head("/predict/").status_code == 405
    for answer in (client.put("/registry/"), client.options("/registry/")):
        assert sorted(answer.headers["allow"].split(", ")) == ["GET", "HEAD", "OPTIONS"]
