"""Where versions of the model come from, read from a real MLflow."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import mlflow
import pytest
from litestar.testing import TestClient

from flows.monitoring.watch_record import WATCH_TAG, ProblemNote, WatchRecord
from service.app import create_app
from service.clients.model_versions import decisions_in
from service.settings import Settings
from tests.service.conftest import Client, free_port, until
from tests.service.registering import MODEL, MlflowServer

DECISION = {
    "outcome": "promoted", "version": "1", "champion_before": None, "challenger_rmse": 3.0, "champion_rmse": None,
    "confidence": None, "rows": 10, "rule": "a rule", "reason": "a reason", "decided_by": "a test",
    "decided_at": "2026-11-23T03:00:20Z", "progress": "carried out",
}  # fmt: skip
EVALUATION = {
    "rows": 1,
    "interval": {"level": 0.9, "coverage": 1.0},
    "points": [{"Date": "2024-01-03", "DayOfWeek": 3, "Season": 1, "Holiday": 0, "actual": 10, "predicted": 11.5}],
    "residuals": {"3": {"rows": 1, "mean": -1.5, "quantiles": [-1.5] * 5, "coverage": 1.0}},
}


@pytest.fixture(scope="module")
def versions(mlflow_server: MlflowServer) -> list[str]:
    """Three versions, of which the last one serves; the second one carries all that flows write."""
    made = [mlflow_server.register(offset) for offset in (0.0, 1.0, 2.0)]
    client = mlflow.MlflowClient(mlflow_server.url)
    run_id = client.get_model_version(MODEL, made[1]).run_id
    assert run_id
    about = json.dumps(DECISION | {"version": made[1]})
    later = json.dumps(DECISION | {"outcome": "kept", "version": made[2], "decided_at": "2026-11-24T03:00:20Z"})
    client.set_tag(run_id, "steam_sales.decision", about)
    client.set_tag(run_id, "prefect_run_id", "a-prefect-run")
    client.set_model_version_tag(MODEL, made[1], "steam_sales.decision", later)
    client.set_model_version_tag(MODEL, made[1], "data_version", "v7")
    client.log_metric(run_id, "test_rmse", 3.0)
    client.log_metric(run_id, "test_r2", float("nan"))
    client.log_dict(run_id, EVALUATION, "evaluation.json")
    return made


@pytest.fixture(scope="module")
def lineage_client(
    mlflow_server: MlflowServer, versions: list[str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Client]:
    settings = Settings(
        steam_sales_home=tmp_path_factory.mktemp("lineage"),
        mlflow_tracking_uri=mlflow_server.url,
        api_mlflow_link="https://mlflow.example",
        api_prefect_link="https://prefect.example/",
        api_poll_seconds=0.1,
    )
    with TestClient(create_app(settings)) as client:
        until(lambda: serves(client, versions[2]), 60)
        yield client


def serves(client: Client, version: str) -> bool:
    """Whether this version is in service."""
    return bool(client.get("/model").json().get("version") == version)


def page(client: Client, **params: Any) -> dict[str, Any]:
    answer = client.get("/model/versions", params=params)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_versions_come_newest_first_page_by_page_with_the_alias_of_the_one_that_serves(
    lineage_client: Client, versions: list[str]
) -> None:
    first = page(lineage_client, limit=2)
    second = page(lineage_client, limit=1, cursor=first["next_cursor"])
    assert [each["version"] for each in first["items"] + second["items"]] == versions[::-1]
    assert [each["aliases"] for each in first["items"]] == [["production"], []]


def test_a_version_has_its_decisions_its_finite_metrics_and_links_that_a_browser_reaches(
    lineage_client: Client, versions: list[str]
) -> None:
    _, version = page(lineage_client, limit=2)["items"]
    assert [decision["outcome"] for decision in version["decisions"]] == ["kept", "promoted"]
    assert version["decisions"][1] == DECISION | {"version": versions[1]}
    assert (version["metrics"], version["data_version"]) == ({"test_rmse": 3.0}, "v7")
    assert version["mlflow_run_url"].startswith("https://mlflow.example/#/experiments/")
    assert version["mlflow_run_url"].endswith(f"/runs/{version['run_id']}")
    assert version["prefect_run_url"] == "https://prefect.example/runs/flow-run/a-prefect-run"


@pytest.mark.parametrize("cursor", ["nonsense", "eyJvZmZzZXQiOiAibm8ifQ=="])
def test_a_cursor_that_no_page_gave_is_bad_input(lineage_client: Client, cursor: str) -> None:
    answer = lineage_client.get("/model/versions", params={"cursor": cursor})
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


def test_the_champions_evaluation_is_what_training_wrote_down(
    lineage_client: Client, mlflow_server: MlflowServer, versions: list[str]
) -> None:
    assert lineage_client.get("/model/evaluation").json()["type"] == "/problems/no-evaluation"
    mlflow_server.promote(versions[1])
    until(lambda: serves(lineage_client, versions[1]), 60)
    found = lineage_client.get("/model/evaluation").json()
    assert {name: found[name] for name in EVALUATION} == EVALUATION
    assert (found["version"], found["metrics"], found["data_version"]) == (versions[1], {"test_rmse": 3.0}, "v7")
    mlflow_server.promote(versions[2])


def test_the_watch_is_what_the_flow_wrote_down(
    lineage_client: Client, mlflow_server: MlflowServer, versions: list[str]
) -> None:
    assert lineage_client.get("/watch").json()["status"] == "unknown"
    record = WatchRecord(
        status="alarm", change="rise", champion=versions[2], checked_at=datetime(2026, 11, 28, tzinfo=UTC), days=12,
        level_share=1.2, since=date(2026, 11, 16), raised_on=date(2026, 11, 22), shift=290.0, reported=("alarm",),
        problems=(ProblemNote(code="stale", days=9, message="the newest day is old"),),
    )  # fmt: skip
    client = mlflow.MlflowClient(mlflow_server.url)
    client.set_registered_model_tag(MODEL, WATCH_TAG, record.model_dump_json())
    assert lineage_client.get("/watch").json() == record.model_dump(mode="json", exclude={"reported"})
    client.set_registered_model_tag(MODEL, WATCH_TAG, "not JSON")
    assert lineage_client.get("/watch").json()["status"] == "unknown"


def test_what_is_no_decision_is_left_out() -> None:
    assert decisions_in({"steam_sales.decision": "{}"}, {"steam_sales.decision": "no"}, {}) == []


def test_without_mlflow_it_says_so_while_predictions_go_on(client: Client) -> None:
    for path in ("/model/versions", "/model/evaluation", "/watch"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (503, "/problems/mlflow-unavailable")
        assert "make up" in answer.json()["detail"]


def test_without_a_model_there_is_no_evaluation(tmp_path: Path) -> None:
    settings = Settings(steam_sales_home=tmp_path, mlflow_port=free_port())
    with TestClient(create_app(settings)) as client:
        assert client.get("/model/evaluation").json()["type"] == "/problems/no-model"
