"""A Prefect server on this machine, and the worker that makes Jobs in the cluster with its service account's rights."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from drills.kubernetes.control_plane import ControlPlane
from drills.kubernetes.manifests import NAMESPACE
from drills.processes import ROOT, DrillError, free_port, kill, start, wait_for

LOGIN = ("admin", "a-password-of-the-drill")
_START_SECONDS = 240


@dataclass(frozen=True)
class Prefect:
    """A running server. `log` is what the worker printed."""

    url: str
    log: Path

    def request(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        """Return the JSON of a successful response."""
        response = httpx.request(method, f"{self.url}{path}", json=body, auth=LOGIN, timeout=60)
        return response.raise_for_status().json()

    def log_end(self) -> str:
        """Return the last lines of the worker's log."""
        return "the worker's log ends: " + " / ".join(self.log.read_text(errors="replace").splitlines()[-8:])

    def state(self, run: str) -> str:
        """Return the type of a run's state."""
        return str(self.request("GET", f"/flow_runs/{run}")["state"]["type"])

    def first_run(self) -> str | None:
        """Return the id of the first ETL, which the worker asks for by itself; None if there is none yet."""
        runs = self.request("POST", "/flow_runs/filter", {"flow_runs": {"tags": {"any_": ["by:the first start"]}}})
        return str(runs[0]["id"]) if runs else None

    def cancel(self, run: str) -> None:
        """Cancel a run as Prefect's page does."""
        self.request("POST", f"/flow_runs/{run}/set_state", {"state": {"type": "CANCELLING"}, "force": False})


@contextmanager
def prefect_with_worker(plane: ControlPlane, folder: Path) -> Iterator[Prefect]:
    """Run the server and the worker during the block."""
    port = free_port()
    login = ":".join(LOGIN)
    prefect = Prefect(f"http://127.0.0.1:{port}/api", folder / "worker.log")
    quiet = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false"}
    shared = quiet | {"PREFECT_HOME": str(folder / "prefect"), "PREFECT_API_AUTH_STRING": login}
    command = ["-m", "prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    server = start(command, shared | {"PREFECT_SERVER_API_AUTH_STRING": login}, folder / "prefect.log")
    worker = None
    try:
        wait_for(lambda: _is_ready(prefect), "Prefect is ready", _START_SECONDS)
        variables = shared | worker_variables(plane, folder) | {"PREFECT_API_URL": prefect.url}
        worker = start(["-m", "flows.worker"], variables, prefect.log)
        yield prefect
    finally:
        kill(worker)
        kill(server)


def worker_variables(plane: ControlPlane, folder: Path) -> dict[str, str]:
    """Return the variables of the worker's Deployment, with paths of this machine and its service account's token."""
    found = json.loads(plane.kubectl("-n", NAMESPACE, "get", "deployment", "worker", "-o", "json"))
    environment = found["spec"]["template"]["spec"]["containers"][0]["env"]
    config = folder / "worker.kubeconfig"
    plane.write_config(config, plane.kubectl("-n", NAMESPACE, "create", "token", "worker").strip(), NAMESPACE)
    return {variable["name"]: variable["value"] for variable in environment} | {
        "KUBECONFIG": str(config),
        "STEAM_SALES_HOME": str(folder / "home"),
        "STEAM_SALES_JOB_TEMPLATE": str(ROOT / "infra" / "kubernetes" / "job-template.yaml"),
    }


def wait_for_state(prefect: Prefect, run: str, state: str, seconds: float) -> None:
    """Wait until a run has the state. Raises DrillError with its last state."""
    deadline = time.monotonic() + seconds
    while (last := prefect.state(run)) != state:
        if time.monotonic() > deadline:
            raise DrillError(f"the run is {last}, not {state}, after {seconds:g} s; {prefect.log_end()}")
        time.sleep(0.5)


def _is_ready(prefect: Prefect) -> bool:
    try:
        return httpx.get(f"{prefect.url}/ready", auth=LOGIN).status_code == httpx.codes.OK
    except httpx.HTTPError:
        return False
