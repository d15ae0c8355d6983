"""POST /predict/ is answered by one implementation, with or without the framework in front of it."""

import gzip
import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from itertools import product
from typing import Any
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as some
from litestar import Litestar
from litestar.testing import TestClient

from domain.calendar import ALL_CODES
from service.app import create_app
from service.dependencies import Dependencies
from service.model_loading import disk_cache
from service.model_loading.manager import ModelManager
from service.settings import Settings
from tests.service.conftest import CODES, Client, champion, free_port
from tests.service.requests import BAD

DIRECT, ROUTED = "/predict/", "/predict//"
NAMES = ("DayOfWeek", "Season", "Holiday")

values = some.one_of(some.integers(-1, 9), some.floats(), some.booleans(), some.none(), some.text(max_size=5))
requests = some.one_of(
    some.fixed_dictionaries({name: some.integers(0, 8) for name in NAMES}),
    some.fixed_dictionaries({}, optional=dict.fromkeys((*NAMES, "Date", "Sales"), values)),
    some.builds(lambda day: {"Date": day.isoformat()}, some.dates()),
)
spellings = some.builds(
    lambda request, indent, turned: json.dumps(
        dict(reversed(request.items())) if turned else request, indent=indent
    ).encode(),
    requests,
    some.sampled_from([None, 0, 1, 40]),
    some.booleans(),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The API with a champion on disk, for all tests here."""
    home = Settings(steam_sales_home=tmp_path_factory.mktemp("endpoint"), mlflow_port=free_port())
    disk_cache.save(home.state, champion())
    with TestClient(create_app(home)) as client:
        yield client


def comparable(response: httpx.Response) -> tuple[int, list[tuple[str, str]], list[Any]]:
    """Status, headers and fields, each in their order, without what differs between any two predictions."""
    fields = response.json()
    if response.status_code == 200:
        assert UUID(fields["id"]).version == 7
        assert datetime.fromisoformat(fields["created_at"]).tzinfo
        fields |= {"id": None, "created_at": None}
    return response.status_code, response.headers.multi_items(), list(fields.items())


def both(client: Client, **request: Any) -> int:
    """Send a request directly and through the framework's router, hold the responses equal; return their status."""
    direct, routed = (client.post(path, **request) for path in (DIRECT, ROUTED))
    assert comparable(direct) == comparable(routed)
    return direct.status_code


def test_every_kind_of_day(client: Client) -> None:
    asked = [dict(zip(NAMES, codes, strict=True)) for codes in ALL_CODES]
    assert {both(client, json=request) for request in asked} == {200}


@hypothesis_settings(max_examples=200, deadline=None)
@given(spellings)
def test_requests_of_any_kind(client: Client, body: bytes) -> None:
    assert both(client, content=body) in {200, 400}


@pytest.mark.parametrize("body", [body for body, _ in BAD], ids=range(len(BAD)))
def test_bad_requests(client: Client, body: str) -> None:
    assert both(client, content=body) == 400


@hypothesis_settings(max_examples=100, deadline=None)
@given(some.binary(max_size=300))
def test_bytes_of_any_kind(client: Client, body: bytes) -> None:
    assert both(client, content=body) in {200, 400}


@pytest.mark.parametrize(
    ("method", "path"), [*product(["GET", "PUT", "DELETE", "PATCH"], ["/predict/", "/predict"]), ("POST", "/Predict")]
)
def test_other_methods_and_paths_are_the_frameworks(client: Client, method: str, path: str) -> None:
    response = client.request(method, path, json=CODES)
    assert response.status_code == (404 if path == "/Predict" else 405)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Accept": "text/html"},
        {"Origin": "https://example.org"},
        {"Cookie": "a=b"},
        {"Content-Encoding": "identity"},
        {"Authorization": "Bearer x"},
        {"X-Request-Id": "7"},
        {"traceparent": "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers_that_change_nothing(client: Client, headers: dict[str, str]) -> None:
    assert both(client, json=CODES, headers=headers) == 200


@pytest.mark.parametrize("coding", ["gzip", "identity, br"])
def test_an_encoded_body_is_refused_before_it_is_read(client: Client, coding: str) -> None:
    headers = {"Content-Encoding": coding, "Idempotency-Key": "two words"}
    assert both(client, content=gzip.compress(b"{}"), headers=headers) == 415


def test_a_bad_key_is_told_before_a_bad_body(client: Client) -> None:
    problem = client.post("/predict/", content=b"x" * 100_000, headers={"Idempotency-Key": "two words"}).json()
    assert [fault["field"] for fault in problem["errors"]] == ["Idempotency-Key"]


@pytest.mark.parametrize("in_chunks", [False, True])
def test_a_body_that_is_too_large_is_told_the_limit(client: Client, *, in_chunks: bool) -> None:
    whole = b" " * 100_000
    response = client.post("/predict/", content=iter([whole[:50_000]] * 2) if in_chunks else whole)
    assert response.status_code == 413
    assert "65536 bytes" in response.json()["detail"]


def test_every_route_that_reads_a_body_tells_its_limit(client: Client) -> None:
    assert "65536 bytes" in client.post("/model/retrain", content=b" " * 100_000).json()["detail"]


@pytest.mark.parametrize("path", ["/predict/", "/predict/batch", "/predict/batch/check"])
def test_json_may_begin_with_a_byte_order_mark(client: Client, path: str) -> None:
    body = json.dumps(CODES if path == "/predict/" else [CODES]).encode("utf-8-sig")
    assert client.post(path, content=body).status_code == 200


@pytest.mark.parametrize("path", ["/predict/batch", "/predict/batch/check"])
@pytest.mark.parametrize("kind", [{}, {"Content-Type": "application/x-www-form-urlencoded"}])
def test_a_csv_file_without_its_type_is_told_which_to_send(client: Client, path: str, kind: dict[str, str]) -> None:
    response = client.post(path, content=b"DayOfWeek,Season,Holiday\n3,1,0\n", headers=kind)
    assert response.status_code == 400
    assert "Content-Type: text/csv" in response.json()["detail"]


def test_spaces_a_query_and_a_body_in_pieces_change_nothing(client: Client) -> None:
    whole = json.dumps(CODES).encode()
    assert client.post("/predict/?a=b", content=whole).status_code == 200
    assert client.post("/predict/", content=whole + b" " * 400).status_code == 200
    assert client.post("/predict/", content=iter([whole[:9], whole[9:]])).status_code == 200


def test_no_model_and_a_history_that_cannot_be_written(tmp_path_factory: pytest.TempPathFactory) -> None:
    home = Settings(
        steam_sales_home=tmp_path_factory.mktemp("away"), mlflow_port=free_port(), api_database_timeout_seconds=0.1
    )
    with TestClient(create_app(home)) as client:
        assert both(client, json=CODES) == 503
        assert both(client, json={}) == 400
    disk_cache.save(home.state, champion())
    with TestClient(create_app(home)) as client, closing(sqlite3.connect(home.state / "history.db")) as intruder:
        intruder.execute("BEGIN IMMEDIATE")
        for headers in ({}, {"Idempotency-Key": "1"}):
            assert both(client, json=CODES, headers=headers) == 503
        intruder.rollback()
        assert both(client, json=CODES) == 200
        assert len(client.get("/registry/").json()["items"]) == 2


def manager_of(app: Litestar) -> ModelManager:
    """What decides who predicts, without waiting for MLflow."""
    provided: Any = app.dependencies["dependencies"]
    parts: Dependencies = provided.dependency()
    return parts.models


def test_a_new_champion_answers_what_the_last_one_answered(settings: Settings) -> None:
    disk_cache.save(settings.state, champion())
    app = create_app(settings)
    with TestClient(app) as client:
        assert client.post("/predict/", json=CODES).json()["prediction"] == 3010.0
        disk_cache.save(settings.state, champion("2", offset=5.0))
        manager_of(app).start()
        answer = client.post("/predict/", json=CODES).json()
        assert (answer["prediction"], answer["model_version"]) == (3015.0, "2")


def test_answers_stand_in_the_registry_as_they_were_given(client: Client) -> None:
    for request in (CODES, {"Date": "2026-12-25"}):
        answered = client.post("/predict/", json=request).json()
        assert client.get(f"/registry/{answered['id']}").json() == answered


def test_responses_are_counted_once_each_by_status(client: Client) -> None:
    def counted(status: int) -> list[float]:
        lines = re.findall(
            r"^steam_sales_request(?:s_total|_duration_seconds_count)"
            rf'\{{.*path="/predict",status_code="{status}"\}} (.*)$',
            client.get("/metrics").text,
            re.MULTILINE,
        )
        return [float(value) for value in lines]

    client.post("/predict/", json={})
    before = {status: counted(status) for status in (200, 400)}
    both(client, json=CODES)
    both(client, json={})
    for status, counts in before.items():
        assert [after - earlier for after, earlier in zip(counted(status), counts, strict=True)] == [2.0, 2.0]


def test_the_record_has_the_trace_id_of_its_request(client: Client) -> None:
    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    headers = {"traceparent": f"00-{trace_id}-00f067aa0ba902b7-00"}
    single = client.post("/predict/", json=CODES, headers=headers).json()
    (of_batch,) = client.post("/predict/batch", json=[CODES], headers=headers).json()["items"]
    for answered in (single, of_batch):
        assert client.get(f"/registry/{answered['id']}").json() == answered | {"trace_id": trace_id}


def test_the_document_describes_what_the_endpoint_takes(client: Client) -> None:
    operation = client.get("/schema/openapi.json").json()["paths"]["/predict/"]["post"]
    (parameter,) = operation["parameters"]
    assert (parameter["name"], parameter["schema"]["pattern"]) == ("Idempotency-Key", "^[!-~]{1,255}$")
    assert sorted(operation["responses"]) == ["200", "400", "413", "415", "422", "503"]
