"""Runs of the pipeline: what a state means, who may start one, and what is said while Prefect is away."""

import logging
from typing import Any

import pytest
from litestar.testing import TestClient

from service.app import create_app
from service.clients.runs import describe_state, to_run
from service.model_loading import disk_cache
from service.security.api_keys import SCOPES, Scope, format_entry, new_key
from service.settings import Settings
from tests.service.conftest import Client, champion

RUN = {"id": "6256c3eb-c4da-4e73-99fd-73fe7fd6b698", "name": "tidy-harrier", "created": "2026-11-23T16:20:00Z"}


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"type": "COMPLETED", "message": "Version 2 kept: RMSE 1 against 1."}, "Version 2 kept: RMSE 1 against 1."),
        (
            {"type": "FAILED", "message": "MLflow does not answer: start it.\nTraceback"},
            "MLflow does not answer: start it.",
        ),
        ({"type": "CRASHED", "message": ""}, "Its process ended before it did"),
        ({"type": "SCHEDULED", "name": "Late", "message": None}, "No worker has picked it up yet"),
        ({"type": "SCHEDULED", "name": "AwaitingConcurrencySlot"}, "waits for another run"),
        ({"type": "RUNNING", "name": "Running", "message": "not for people"}, "It is under way."),
    ],
)
def test_a_state_is_described_in_one_sentence(state: dict[str, Any], words: str) -> None:
    sentence = describe_state(state)
    assert words in sentence
    assert "\n" not in sentence


def test_steps_are_named_without_their_number_and_the_longest_gives_the_progress() -> None:
    steps: list[dict[str, Any]] = [
        {"name": "search, train and score-8f2", "state_type": "RUNNING"},
        {"name": "begin-0", "state_type": None},
    ]
    artifacts = [{"data": 12.5}, {"data": 40.0}]
    run = to_run(RUN | {"state": {"type": "RUNNING", "name": "Running"}}, steps, artifacts, "http://there")
    assert [(step.name, step.state) for step in run.steps] == [
        ("search, train and score", "RUNNING"),
        ("begin", "PENDING"),
    ]
    assert (run.progress, run.finished, run.ended_at) == (0.4, False, None)


@pytest.mark.parametrize("asked", [("GET", f"/runs/{RUN['id']}", None), ("POST", "/model/rollback", {"version": "1"})])
def test_without_prefect_it_says_what_to_start(
    client: Client, asked: tuple[str, str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    method, path, body = asked
    with caplog.at_level(logging.CRITICAL):
        answer = client.request(method, path, json=body)
    assert (answer.status_code, answer.json()["type"]) == (503, "/problems/pipeline-unavailable")
    assert "make up" in answer.json()["detail"]
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({}, "version"),
        ({"version": "latest"}, "version"),
        ({"version": 3}, "version"),
        ({"version": "1", "reason": ""}, "reason"),
        ({"version": "1", "alias": "production"}, "alias"),
        (None, "body"),
    ],
)
def test_a_rollback_that_does_not_say_what_it_must_names_the_field(client: Client, body: Any, field: str) -> None:
    answer = client.post("/model/rollback", json=body) if body is not None else client.post("/model/rollback")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize("path", ["/model/retrain", "/model/rollback"])
def test_a_page_of_another_site_may_not_ask(client: Client, path: str) -> None:
    body = {"version": "1"} if path.endswith("rollback") else {}
    for site, status in (("cross-site", 403), ("same-site", 403), ("same-origin", 503), ("none", 503)):
        assert client.post(path, headers={"Sec-Fetch-Site": site}, json=body).status_code == status, site


def test_only_a_key_for_all_may_start_a_run_and_one_that_reads_may_follow_it(settings: Settings) -> None:
    disk_cache.save(settings.state, champion())
    keys: dict[Scope, str] = {scope: new_key() for scope in SCOPES}
    entries = " ".join(format_entry(scope, [scope], key) for scope, key in keys.items())
    with TestClient(create_app(settings.model_copy(update={"api_keys": entries}))) as client:
        for path in ("/model/retrain", "/model/rollback"):
            body = {"version": "1"} if path.endswith("rollback") else {}
            statuses = {
                scope: client.post(path, json=body, headers={"Authorization": f"Bearer {key}"}).status_code
                for scope, key in keys.items()
            }
            assert statuses == {"read": 403, "predict": 403, "admin": 503}
        assert client.get(f"/runs/{RUN['id']}", headers={"Authorization": f"Bearer {keys['read']}"}).status_code == 503
