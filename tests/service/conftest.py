"""A real MLflow server with small real pipelines, and the API on folders of its own."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient

from service import cache
from service.app import create_app
from service.champion import Champion
from service.days import ALL_CODES
from service.settings import Settings

MODEL = "steam_sales_prediction_model_prod"
FEATURES = ["DayOfWeek", "Season", "Holiday"]
CODES = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
INTERVAL = {"level": 0.9, "by_weekday": {str(day): [-100.0 - day, 200.0 + day] for day in range(1, 8)}}
SEEN = [[weekday, season, int(weekday == 7)] for weekday in range(1, 8) for season in range(1, 5)]
FINDINGS: dict[str, Any] = {
    "features": FEATURES,
    "interval": INTERVAL,
    "seen": SEEN,
    "weekday_means": {str(day): 1000.0 * day for day in range(1, 8)},
    "metrics": {"cv_mse": 4.0, "cv_rmse": 2.0, "test_mse": 9.0, "test_rmse": 3.0, "test_r2": 0.9},
    "data_version": "2026-11-23T02-00-05Z",
    "trained_at": "2026-11-23T03:00:12Z",
}
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


@contextmanager
def talking_to(url: str) -> Iterator[None]:
    """MLflow's global address, given back: it lands in the environment, where settings would read it."""
    import mlflow

    mlflow.set_tracking_uri(url)
    mlflow.set_experiment("Sales Prediction")
    try:
        yield
    finally:
        mlflow.set_tracking_uri("")
        os.environ.pop("MLFLOW_TRACKING_URI", None)


@dataclass(frozen=True)
class MlflowServer:
    """An MLflow server, and what a pipeline does to it."""

    url: str

    def register(self, offset: float = 0.0, **changes: Any) -> str:
        """Log a small forest as docs/contracts.md says and put the alias on it; its version.

        `offset` is added to what it learns; `changes` are laid over its findings.
        """
        import mlflow

        pipeline, _ = fitted(offset)
        client = mlflow.MlflowClient(self.url)
        with talking_to(self.url), mlflow.start_run(), warnings.catch_warnings():
            warnings.simplefilter("ignore")  # MLflow warns of its own code
            info = mlflow.sklearn.log_model(
                pipeline,
                name="model",
                serialization_format="skops",
                skops_trusted_types=["sklearn.tree._tree.Tree"],
                pip_requirements=["scikit-learn"],
                metadata={"steam_sales": FINDINGS | changes},
            )
            version = mlflow.register_model(info.model_uri, MODEL).version
            folder = Path(mlflow.artifacts.download_artifacts(info.model_uri))
        digest = hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
        client.set_model_version_tag(MODEL, version, "model_sha256", digest)
        self.promote(version)
        return str(version)

    def promote(self, version: str) -> None:
        """Put the alias on a version."""
        import mlflow

        mlflow.MlflowClient(self.url).set_registered_model_alias(MODEL, "production", version)

    def retire(self) -> None:
        """Take the alias away."""
        import mlflow

        mlflow.MlflowClient(self.url).delete_registered_model_alias(MODEL, "production")


def fitted(offset: float) -> tuple[Any, Any]:
    """A scaler and a small forest on every kind of day, and the table it was fitted on."""
    import pandas as pd
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    inputs = pd.DataFrame(ALL_CODES, columns=FEATURES)
    sales = inputs["DayOfWeek"] * 500.0 + inputs["Season"] * 30.0 + offset
    forest = RandomForestRegressor(n_estimators=5, random_state=1)
    return make_pipeline(StandardScaler(), forest).fit(inputs, sales), inputs


@pytest.fixture(scope="session")
def mlflow_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MlflowServer]:
    """One server for all tests: it takes seconds to start."""
    folder, port = tmp_path_factory.mktemp("mlflow"), free_port()
    url = f"http://127.0.0.1:{port}"
    options = {
        "--workers": "1",
        "--port": str(port),
        "--backend-store-uri": f"sqlite:///{folder / 'mlflow.db'}",
        "--artifacts-destination": (folder / "artifacts").as_uri(),
    }
    arguments = [part for option in options.items() for part in option]
    with process(
        "-m",
        "mlflow",
        "server",
        *arguments,
        MLFLOW_SERVER_ENABLE_JOB_EXECUTION="false",
        MLFLOW_DISABLE_TELEMETRY="true",
    ):
        until(lambda: answers(f"{url}/api/2.0/mlflow/registered-models/search"), 240)
        yield MlflowServer(url)


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A folder of its own, and an MLflow that is down."""
    return Settings(steam_sales_home=tmp_path, mlflow_port=free_port(), api_poll_seconds=0.1)


@pytest.fixture
def client(settings: Settings) -> Iterator[Client]:
    """The API with a champion on disk."""
    cache.save(settings.state, champion())
    with TestClient(create_app(settings)) as client:
        until(lambda: client.get("/health/ready").status_code == 200)
        yield client
