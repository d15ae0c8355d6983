"""The whole job on the real stack: data in, model out, served as evaluated, remembered, and none of it lost."""

import csv
import json
import math
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.conftest import CODES, Stack
from tests.infra.launched import until

pytestmark = pytest.mark.stack

ETL = "etl_proceso_steam_sales/steam-sales"
MODEL = "steam_sales_prediction_model_prod"
FINAL = {"COMPLETED", "FAILED", "CRASHED", "CANCELLED"}


def current_version(stack: Stack) -> Path:
    """Folder of the current version of the data."""
    data = stack.launched.home / "data"
    return data / "versions" / str(json.loads((data / "current.json").read_text())["version"])


def serves(stack: Stack, version: str) -> bool:
    """Whether this version of the model is in service."""
    return bool(stack.api("GET", "/model")["version"] == version)


def state_of(stack: Stack, run: str) -> dict[str, Any]:
    """State of a flow run."""
    url = f"{stack.settings.prefect_url}/api/flow_runs/{run}"
    return dict(stack.client.get(url).raise_for_status().json()["state"])


def etl_of(stack: Stack, source: Path) -> str:
    """Asks for an ETL through its deployment, as the Prefect UI does; the id of the run."""
    url = f"{stack.settings.prefect_url}/api/deployments/name/{ETL}"
    deployment = stack.client.get(url).raise_for_status().json()["id"]
    body = {"parameters": {"source": str(source)}}
    return str(stack.prefect(f"/deployments/{deployment}/create_flow_run", body)["id"])


def runs_of(stack: Stack, flow: str) -> int:
    """How many runs a flow has had."""
    return int(stack.prefect("/flow_runs/count", {"flows": {"name": {"any_": [flow]}}}))


def is_back(stack: Stack, part: str, killed: int) -> bool:
    """Whether a part runs again, in another process."""
    return stack.launched.pid(part) not in {0, killed}


def test_before_the_first_model_the_api_says_what_to_run(stack: Stack) -> None:
    answer = stack.before_the_first_model
    assert answer is not None
    assert answer.status_code == 503
    assert answer.json()["type"].endswith("/no-model")
    assert "make" in answer.json()["detail"]


def test_a_prediction_is_remembered(stack: Stack) -> None:
    answer = stack.api("POST", "/predict/", json=CODES)
    assert answer["interval"]["lower"] < answer["prediction"] < answer["interval"]["upper"]
    assert stack.api("GET", "/registry/?limit=1")["items"] == [answer]


def test_every_address_of_the_table_answers(stack: Stack) -> None:
    settings = stack.settings
    for url in (settings.web_url, f"{settings.api_url}/docs", settings.prefect_url, settings.mlflow_url):
        assert url in stack.launched.said
        assert stack.answers(url)


def test_what_is_served_is_what_was_evaluated(stack: Stack, real_file: Path) -> None:
    stack.flows("etl", "--source", str(real_file), "--split", "random")
    stack.flows("retrain")
    version = stack.mlflow("registered-models/get", name=MODEL)["registered_model"]["latest_versions"][0]
    stack.flows("rollback", version["version"])
    until(lambda: serves(stack, version["version"]), 5)

    run = stack.mlflow("runs/get", run_id=version["run_id"])["run"]["data"]
    metrics = {metric["key"]: metric["value"] for metric in run["metrics"]}
    parameters = {parameter["key"]: parameter["value"] for parameter in run["params"]}
    assert metrics["test_rmse"] == pytest.approx(145.5, abs=0.5)
    assert metrics["test_r2"] == pytest.approx(0.977, abs=0.001)
    assert parameters | {"max_depth": "None", "min_samples_split": "5", "n_estimators": "100"} == parameters
    assert served_rmse(stack) == pytest.approx(metrics["test_rmse"], rel=1e-6)


def served_rmse(stack: Stack) -> float:
    """Root of the mean squared error, in units, of the API's answers over every row of test.csv."""
    with (current_version(stack) / "test.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 110
    codes = [{name: int(row[name]) for name in CODES} for row in rows]
    answers = [stack.api("POST", "/predict/", json=one)["prediction"] for one in codes]
    errors = [answer - float(row["Sales"]) for answer, row in zip(answers, rows, strict=True)]
    return math.sqrt(sum(error**2 for error in errors) / len(errors))


def ended_well(stack: Stack, run: str) -> bool:
    """Whether a run of the pipeline is over; it must not have failed."""
    now = stack.api("GET", f"/runs/{run}")
    assert now["state"] not in FINAL - {"COMPLETED"}, now
    return bool(now["finished"])


def test_a_rollback_asked_of_the_api_is_followed_to_its_end(stack: Stack) -> None:
    other = next(item for item in stack.api("GET", "/model/versions")["items"] if not item["aliases"])
    wanted = {"version": other["version"], "reason": "a test", "asked_by": "Ana"}
    asked = stack.client.post(f"{stack.settings.api_url}/model/rollback", json=wanted)
    assert (asked.status_code, asked.headers["Location"]) == (202, f"/runs/{asked.json()['id']}")
    until(lambda: ended_well(stack, asked.json()["id"]), 120)
    until(lambda: serves(stack, other["version"]), 30)

    now = next(item for item in stack.api("GET", "/model/versions")["items"] if item["aliases"])
    newest = now["decisions"][0]
    assert (now["version"], newest["outcome"], newest["reason"]) == (other["version"], "rolled back", "a test")
    assert newest["decided_by"].startswith("Ana (the API)")
    found = stack.api("GET", "/model/evaluation")
    assert found["version"] == other["version"]
    assert sum(day["rows"] for day in found["residuals"].values()) == found["rows"]


def test_a_bad_source_fails_in_one_sentence_and_changes_nothing(stack: Stack, tmp_path: Path) -> None:
    header = "Date,DayOfWeek,Season,Holiday,Sales\n"
    bad = {
        "absent.csv": (None, "does not exist: give the path"),
        "empty.csv": ("", "is empty: give one with a header and rows"),
        "short.csv": (header.replace(",Sales", "") + "2024-01-01,1,3,0\n", "add a column of units sold"),
        "wrong.csv": (header.replace(",", "~") + "2024-01-01~1~3~0~1500\n", "separate the columns"),
    }
    for name, (text, _) in bad.items():
        if text is not None:
            (tmp_path / name).write_text(text)
    data, model = current_version(stack), stack.api("GET", "/model")["version"]

    runs = {name: etl_of(stack, tmp_path / name) for name in bad}
    until(lambda: all(state_of(stack, run)["type"] in FINAL for run in runs.values()), 180, pause=0.5)

    for name, (_, cure) in bad.items():
        state = state_of(stack, runs[name])
        assert state["type"] == "FAILED"
        assert cure in state["message"]
        assert "\n" not in state["message"]
    assert current_version(stack) == data
    assert serves(stack, model)


def test_any_killed_process_is_back_and_no_prediction_is_lost(stack: Stack) -> None:
    known = [stack.api("POST", "/predict/", json=CODES)["id"] for _ in range(20)]
    parts = ("prefect_server", "mlflow_server", "flows.worker", "-m service", "-m webapp")
    killed = {part: stack.launched.processes(part) for part in parts}
    for (process,) in killed.values():
        process.kill()

    for part, (process,) in killed.items():
        until(partial(is_back, stack, part, process.pid), 60)
    urls = (stack.settings.prefect_url, stack.settings.mlflow_url, stack.settings.api_url + "/health")
    until(lambda: all(stack.answers(url) for url in (*urls, stack.settings.web_url)), 120)
    stored = [item["id"] for item in stack.api("GET", "/registry/?limit=100")["items"]]
    assert set(known) <= set(stored)
    assert stack.api("POST", "/predict/", json=CODES)["id"] not in stored


def test_a_second_start_goes_on_where_the_first_stopped(stack: Stack) -> None:
    runs = runs_of(stack, "etl_proceso_steam_sales")
    model = stack.api("GET", "/model")["version"]
    newest = stack.api("POST", "/predict/", json=CODES)

    stack.again()

    assert serves(stack, model)
    assert stack.api("GET", "/registry/?limit=1")["items"] == [newest]
    assert runs_of(stack, "etl_proceso_steam_sales") == runs
    assert stack.launched.stop() == 0
    assert not stack.launched.processes()
