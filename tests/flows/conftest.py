"""A real Prefect server, a real MLflow server and a process that runs flows on them, started once a session."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from flows.storage.data_store import DataStore
from tests.flows import flow_process
from tests.flows.flow_environment import FlowEnvironment, publish
from tests.flows.killed_worker import run_and_kill_worker
from tests.flows.proxy import FaultyProxy, proxy_to
from tests.infra.launched import free_ports, until

QUIET = {"DO_NOT_TRACK": "1", "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
# no thread before a fork, and short waits
FORKED = {
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "PREFECT_TASKS_DEFAULT_RETRIES": "3",
    "PREFECT_TASKS_DEFAULT_RETRY_DELAY_SECONDS": "0.5",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "0",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",
    "CODE_VERSION": "a test",
}


@contextmanager
def serving(command: list[str], url: str, folder: Path, **variables: str) -> Iterator[str]:
    """A server in a process of its own, once `url` answers."""
    with (folder / "server.log").open("w") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", *command], env=os.environ | QUIET | variables, stdout=log, stderr=log
        )
    try:
        with httpx.Client(trust_env=False) as client:
            until(lambda: answers(client, url) or process.poll() is not None, 240)
        assert process.poll() is None, (folder / "server.log").read_text()
        yield url
    finally:
        process.terminate()
        process.wait(30)


def answers(client: httpx.Client, url: str) -> bool:
    """Whether a GET gets a 200."""
    try:
        return client.get(url).is_success
    except httpx.HTTPError:
        return False


@pytest.fixture(scope="session")
def prefect_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """API of a real Prefect server."""
    folder, (port,) = tmp_path_factory.mktemp("prefect"), free_ports(1)
    command = ["prefect", "server", "start", "--host", "127.0.0.1", "--port", str(port)]
    with serving(command, f"http://127.0.0.1:{port}/api/ready", folder, PREFECT_HOME=str(folder)):
        yield f"http://127.0.0.1:{port}/api"


@pytest.fixture(scope="session")
def mlflow_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real MLflow server, the one of the embedded stack."""
    folder, (port,) = tmp_path_factory.mktemp("mlflow"), free_ports(1)
    url = f"http://127.0.0.1:{port}"
    ready = f"{url}/api/2.0/mlflow/experiments/get?experiment_id=0"
    variables = {"STEAM_SALES_HOME": str(folder), "MLFLOW_PORT": str(port)}
    with serving(["infra.embedded.mlflow_server"], ready, folder, **variables):
        yield url


@pytest.fixture(scope="session")
def abandoned(prefect_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Id of a run of the retrain deployment whose worker and process were both killed."""
    return run_and_kill_worker(prefect_url, tmp_path_factory.mktemp("abandoned"))


@pytest.fixture(scope="session")
def forked(prefect_url: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Environment variables of every flow process. The forkserver has imported the libraries already."""
    variables = (
        QUIET | FORKED | {"PREFECT_API_URL": prefect_url, "PREFECT_HOME": str(tmp_path_factory.mktemp("client"))}
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in variables.items():
            patch.setenv(name, value)
        flow_process.FORK.set_forkserver_preload(flow_process.HEAVY)
        first = flow_process.FORK.Process(target=flow_process.warm)
        first.start()
        first.join(60)
    return variables


@pytest.fixture(scope="module")
def environment(forked: dict[str, str], mlflow_url: str, tmp_path_factory: pytest.TempPathFactory) -> FlowEnvironment:
    """Data, and a champion that is easy to beat."""
    folder = tmp_path_factory.mktemp("environment")
    publish(DataStore((folder / "data").as_uri(), {}), folder / "out")
    environment = FlowEnvironment(folder, mlflow_url, forked)
    environment.train_first_champion()
    return environment


@pytest.fixture
def proxy(environment: FlowEnvironment) -> Iterator[FaultyProxy]:
    """A proxy to the environment's MLflow."""
    with proxy_to(environment.mlflow_url) as proxy:
        yield proxy
