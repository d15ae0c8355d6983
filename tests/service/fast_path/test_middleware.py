"""The hot path and the ordinary route give one answer, errors included; only a clock could tell them apart."""

import asyncio
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
from litestar.testing import TestClient

from domain.calendar import ALL_CODES
from service.app import create_app
from service.clients.mlflow_registry import ModelRegistry
from service.dependencies import Parts
from service.fast_path.middleware import HotPath
from service.fast_path.protocol import EXTENSION, Offer, Repeatable
from service.middleware.access import HEADERS
from service.model_loading import disk_cache
from service.model_loading.manager import Champions
from service.settings import Settings
from service.storage.backend import connect
from service.storage.history import History
from service.telemetry.metrics import Metrics
from tests.service.api.test_bad_input import BAD
from tests.service.conftest import CODES, Client, champion, free_port

ORDINARY = {"x-of-no-meaning": "sends it the ordinary way"}
NAMES = ("DayOfWeek", "Season", "Holiday")
FRESH = ("id", "created_at")

values = some.one_of(some.integers(-1, 9), some.floats(), some.booleans(), some.none(), some.text(max_size=5))
questions = some.one_of(
    some.fixed_dictionaries({name: some.integers(0, 8) for name in NAMES}),
    some.fixed_dictionaries({}, optional=dict.fromkeys((*NAMES, "Date", "Sales"), values)),
    some.builds(lambda day: {"Date": day.isoformat()}, some.dates()),
)
spellings = some.builds(
    lambda question, indent, turned: json.dumps(
        dict(reversed(question.items())) if turned else question, indent=indent
    ).encode(),
    questions,
    some.sampled_from([None, 0, 1, 40]),
    some.booleans(),
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """The API with a champion on disk, for all tests here."""
    home = Settings(steam_sales_home=tmp_path_factory.mktemp("hot"), mlflow_port=free_port())
    disk_cache.save(home.state, champion())
    with TestClient(create_app(home)) as client:
        yield client


def told(answer: httpx.Response) -> tuple[int, list[tuple[str, str]], list[Any]]:
    """Status, headers and fields, each in their order, without what differs between any two predictions."""
    fields = answer.json()
    if answer.status_code == 200:
        assert UUID(fields["id"]).version == 7
        assert datetime.fromisoformat(fields["created_at"]).tzinfo
        fields |= dict.fromkeys(FRESH)
    return answer.status_code, answer.headers.multi_items(), list(fields.items())


def both(client: Client, method: str = "POST", path: str = "/predict/", **request: Any) -> int:
    """Ask both ways, hold the answers equal; their status."""
    headers = request.pop("headers", {})
    hot = client.request(method, path, headers=headers, **request)
    ordinary = client.request(method, path, headers={**headers, **ORDINARY}, **request)
    assert told(hot) == told(ordinary)
    return hot.status_code


@pytest.mark.parametrize("path", ["/predict", "/predict/"])
def test_every_kind_of_day(client: Client, path: str) -> None:
    asked = [dict(zip(NAMES, codes, strict=True)) for codes in ALL_CODES]
    assert {both(client, path=path, json=question) for question in asked} == {200}


@hypothesis_settings(max_examples=300, deadline=None)
@given(spellings)
def test_questions_of_any_kind(client: Client, body: bytes) -> None:
    assert both(client, content=body) in {200, 400}


@pytest.mark.parametrize("body", [body for body, _ in BAD], ids=range(len(BAD)))
def test_bad_questions(client: Client, body: str) -> None:
    assert both(client, content=body) == 400


@hypothesis_settings(max_examples=100, deadline=None)
@given(some.binary(max_size=300))
def test_bytes_of_any_kind(client: Client, body: bytes) -> None:
    assert both(client, content=body) in {200, 400}


@pytest.mark.parametrize(
    ("method", "path"),
    [*product(["GET", "PUT", "DELETE", "POST"], ["/predict//", "/predict/x", "/Predict", "/predict"])],
)
def test_other_methods_and_paths(client: Client, method: str, path: str) -> None:
    both(client, method, path, json=CODES)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "text/plain"},
        {"Accept": "text/html"},
        {"Origin": "https://example.org"},
        {"Cookie": "a=b"},
        {"Content-Encoding": "identity"},
        {"Authorization": "Bearer x"},
        {"X-Forwarded-For": "10.0.0.1"},
    ],
    ids=lambda headers: next(iter(headers)),
)
def test_headers(client: Client, headers: dict[str, str]) -> None:
    assert both(client, json=CODES, headers=headers) == 200


def test_a_packed_body_is_unpacked_by_neither(client: Client) -> None:
    for headers in ({"Content-Encoding": "gzip"}, {"Content-Encoding": "identity, br"}):
        assert both(client, content=gzip.compress(b"{}"), headers=headers) == 415


def test_a_query_and_a_body_that_comes_in_pieces(client: Client) -> None:
    assert both(client, path="/predict/?a=b", json=CODES) == 200
    assert both(client, content=b" " * 100_000) == 413
    whole = json.dumps(CODES).encode()
    assert both(client, content=whole + b" " * 400) == 200


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
        assert both(client, json=CODES) == 503
        intruder.rollback()
        assert both(client, json=CODES) == 200
        assert len(client.get("/registry/").json()["items"]) == 2


def test_hot_answers_stand_in_the_registry_as_they_were_told(client: Client) -> None:
    for question in (CODES, {"Date": "2026-12-25"}):
        answered = client.post("/predict/", json=question).json()
        assert client.get(f"/registry/{answered['id']}").json() == answered


def test_both_are_counted_alike(client: Client) -> None:
    def counted() -> list[float]:
        lines = re.findall(
            r'^steam_sales_request(?:s_total|_duration_seconds_count)\{.*path="/predict",status_code="200"\} (.*)$',
            client.get("/metrics").text,
            re.MULTILINE,
        )
        return [float(value) for value in lines]

    before = counted()
    both(client, json=CODES)
    assert [after - earlier for after, earlier in zip(counted(), before, strict=True)] == [2.0, 2.0]


def test_an_ordinary_question_never_reaches_the_framework(settings: Settings) -> None:
    sent: list[Any] = []
    learned: list[Repeatable] = []
    unused: Any = (None, None)

    async def framework(*_: Any) -> None:
        raise AssertionError("it did")

    async def receive() -> Any:
        return {"type": "http.request", "body": json.dumps(CODES).encode(), "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def scenario() -> None:
        disk_cache.save(settings.state, champion())
        metrics = Metrics()
        history = History(connect(settings.database_url, 5), 10, metrics)
        await history.open()
        async with httpx.AsyncClient(base_url=settings.mlflow_url) as nobody:
            champions = Champions(ModelRegistry(nobody), settings.state)
            champions.start()
            hot = HotPath(framework, Parts(champions, history, metrics, *unused), HEADERS)
            asked = {"type": "http", "method": "POST", "path": "/predict/", "query_string": b"", "headers": []}
            await hot(asked | {"extensions": {EXTENSION: Offer(learned.append, None)}}, receive, send)
            committed: asyncio.Future[str | None] = asyncio.get_running_loop().create_future()
            sent.append(json.loads(learned[0].answer(committed.set_result)))
            assert await committed is None
        await history.close()

    asyncio.run(scenario())
    start, end, again = sent
    assert (start["status"], json.loads(end["body"]) | dict.fromkeys(FRESH)) == (200, again | dict.fromkeys(FRESH))
    assert json.loads(end["body"])["id"] < again["id"]
