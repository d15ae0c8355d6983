"""Kills a real worker together with a run of a real deployment, and asks the Prefect server about it."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import psutil

from flows.orchestration.stale_runs import RUN_ID_VARIABLE
from flows.storage.data_store import DataStore
from tests.flows.flow_environment import publish
from tests.infra.launched import until

RETRAIN = "retrain_and_promote_sales_model"
SILENCE_SECONDS = 45


def ask(prefect_url: str, method: str, path: str, **body: Any) -> Any:
    """The JSON of a successful call of Prefect's API."""
    with httpx.Client(trust_env=False, timeout=30) as client:
        return client.request(method, f"{prefect_url}{path}", json=body or None).raise_for_status().json()


def deployment(prefect_url: str) -> dict[str, Any]:
    """The deployment of the retrain flow, once it is there; an empty one before."""
    found = ask(prefect_url, "POST", "/deployments/filter", flows={"name": {"any_": [RETRAIN]}})
    return dict(found[0]) if found else {}


def state_of(prefect_url: str, run: str) -> str:
    """Type of a run's state."""
    return str(ask(prefect_url, "GET", f"/flow_runs/{run}")["state_type"])


def busy_slots(prefect_url: str) -> int:
    """How many runs of the retrain deployment hold its one slot."""
    limit = deployment(prefect_url)["global_concurrency_limit"]["id"]
    return int(ask(prefect_url, "GET", f"/v2/concurrency_limits/{limit}")["active_slots"])


def process_of(run: str) -> psutil.Process | None:
    """The process that works on a run."""
    for process in psutil.process_iter():
        try:
            if process.environ().get(RUN_ID_VARIABLE) == run:
                return process
        except psutil.Error:
            continue
    return None


def heard_of(prefect_url: str, run: str) -> bool:
    """Whether a run has given a sign of life."""
    wanted = {"event": {"name": ["prefect.flow-run.heartbeat"]}, "resource": {"id": [f"prefect.flow-run.{run}"]}}
    return bool(ask(prefect_url, "POST", "/events/filter", filter=wanted)["events"])


def begun(prefect_url: str) -> str:
    """Id of the retrain deployment's run that has given a sign of life; empty before."""
    name = {"name": {"any_": [RETRAIN]}}
    running = {"state": {"type": {"any_": ["RUNNING"]}}, "deployment_id": {"is_null_": False}}
    runs = ask(prefect_url, "POST", "/flow_runs/filter", flows=name, flow_runs=running)
    return next((str(run["id"]) for run in runs if heard_of(prefect_url, run["id"])), "")


def run_and_kill_worker(prefect_url: str, folder: Path) -> str:
    """Start a worker in a home with data, wait for its first training to begin, kill both; the run's id."""
    publish(DataStore((folder / "data").as_uri(), {}), folder / "out")
    variables = {
        "PREFECT_API_URL": prefect_url,
        "PREFECT_HOME": str(folder),
        "STEAM_SALES_HOME": str(folder),
        # it waits for an MLflow that is not there
        "MLFLOW_TRACKING_URI": "http://127.0.0.1:1",
        "STEAM_SALES_SILENCE_SECONDS": str(SILENCE_SECONDS),
    }
    with (folder / "worker.log").open("w") as log:
        command = [sys.executable, "-m", "flows.worker"]
        worker = subprocess.Popen(command, env=os.environ | variables, stdout=log, stderr=log)
    try:
        until(lambda: bool(begun(prefect_url)) or worker.poll() is not None, 240)
        assert worker.poll() is None, (folder / "worker.log").read_text()
        run = begun(prefect_url)
        process = process_of(run)
        assert process is not None
        return run
    finally:
        for one in (psutil.Process(worker.pid), *psutil.Process(worker.pid).children(recursive=True)):
            one.kill()
        worker.wait(30)
