"""A real MLflow server with small real pipelines, and the API on folders of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from domain.calendar import ALL_CODES
from service.app import create_app
from service.model_loading import disk_cache
from service.prediction.champion import Champion
from service.settings import Settings
from tests.service.findings import FINDINGS
from tests.service.registering import MlflowServer

__all__ = ["CODES", "Client", "MlflowServer", "answers", "champion", "free_port", "mlflow_server", "process", "until"]

CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
Client = TestClient[Litestar]


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(look: Callable[[], bool], seconds: float = 30) -> None:
    """Return as soon as `look` is true; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def answers(url: str) -> bool:
    """Whether a GET gets a 200."""
    try:
        return httpx.get(url, timeout=2).status_code == 200
    except httpx.HTTPError:
        return False


def champion(version: str = "1", offset: float = 0.0) -> Champion:
    """A champion that answers 1000 weekday + 10 season + holiday + offset."""
    return Champion.model_validate(
        {
            **FINDINGS,
            "version": version,
            "sha256": "0" * 64,
            "predictions": [c.day_of_week * 1000 + c.season * 10 + c.holiday + offset for c in ALL_CODES],
        }
    )


@contextmanager
def process(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process with its output on ours; it and the processes it started are killed at the end."""
    running = subprocess.Popen([sys.executable, *arguments], env=os.environ | environment, start_new_session=True)
    try:
        yield running
    finally:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """One server for all tests: it takes seconds to start."""
    folder, port = tmp_path_factory.mktemp("mlflow"), free_port()
    url = f"http://127.0.0.1:{port}"
    told = {"STEAM_SALES_HOME": str(folder), "MLFLOW_PORT": str(port), "MLFLOW_DISABLE_TELEMETRY": "true"}
    # half the start of `mlflow server`, which imports all of MLflow twice
    with process("-m", "infra.embedded.mlflow_server", **told):
        until(lambda: answers(f"{url}/api/2.0/mlflow/registered-models/search"), 240)
        yield MlflowServer(url)


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A folder of its own, and an MLflow and a Prefect that are down."""
    return Settings(steam_sales_home=tmp_path, mlflow_port=free_port(), prefect_port=free_port(), api_poll_seconds=0.1)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    """The API with a champion on disk."""
    disk_cache.save(settings.state, champion())
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client
