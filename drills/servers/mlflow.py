"""A real MLflow server with small real models, one of which is the champion."""

import hashlib
import os
import subprocess
import warnings
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass, field
from io import StringIO
from pathlib import Path
from typing import Any

import httpx

from drills.load.requests import CODES
from drills.processes import free_port, kill, start, wait_for_url

MODEL = "steam_sales_prediction_model_prod"
_FEATURES = ["DayOfWeek", "Season", "Holiday"]
_PREDICTION_OFFSET = 10_000.0
"""Difference in units between the predictions of two versions, so that none can be mistaken for another."""
_TRAINING_METADATA: dict[str, Any] = {
    "features": _FEATURES,
    "interval": {"level": 0.9, "by_weekday": {str(day): [-100.0, 200.0] for day in range(1, 8)}},
    "seen": [list(codes) for codes in CODES],
    "weekday_means": {str(day): 1000.0 * day for day in range(1, 8)},
    "metrics": {"test_rmse": 3.0},
    "data_version": "drill",
    "trained_at": "2026-11-23T03:00:00Z",
}
Table = dict[tuple[int, ...], float]


@dataclass
class Mlflow:
    """The server. `tables` has the prediction of each version for each kind of day."""

    folder: Path
    port: int = field(default_factory=free_port)
    tables: dict[str, Table] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> None:
        """Start it and wait until it responds."""
        options = ["--workers", "1", "--port", str(self.port)]
        options += ["--backend-store-uri", f"sqlite:///{self.folder / 'mlflow.db'}"]
        options += ["--artifacts-destination", (self.folder / "artifacts").as_uri()]
        variables = {"MLFLOW_SERVER_ENABLE_JOB_EXECUTION": "false", "MLFLOW_DISABLE_TELEMETRY": "true"}
        self.process = start(["-m", "mlflow", "server", *options], variables, self.folder / "mlflow.log")
        await wait_for_url(f"{self.url}/api/2.0/mlflow/registered-models/search", 240)

    def stop(self) -> None:
        """Kill it."""
        kill(self.process)
        self.process = None

    def promote(self, version: str) -> None:
        """Set the alias to a version, as MLflow's client does."""
        alias = {"name": MODEL, "alias": "production", "version": version}
        response = httpx.post(f"{self.url}/api/2.0/mlflow/registered-models/alias", json=alias, timeout=30)
        response.raise_for_status()

    def train(self, versions: int) -> None:
        """Train and register versions; the first becomes the champion."""
        os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
        import mlflow

        mlflow.set_tracking_uri(self.url)
        mlflow.set_experiment("Sales Prediction")
        for number in range(versions):
            pipeline, inputs = _fit_pipeline(number * _PREDICTION_OFFSET)
            self.tables[_register(pipeline)] = dict(zip(CODES, pipeline.predict(inputs).tolist(), strict=True))
        self.promote("1")


def _fit_pipeline(offset: float) -> tuple[Any, Any]:
    import pandas as pd
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    inputs = pd.DataFrame(CODES, columns=_FEATURES)
    sales = inputs["DayOfWeek"] * 500.0 + inputs["Season"] * 30.0 + inputs["Holiday"] * 7.0 + offset
    return make_pipeline(StandardScaler(), RandomForestRegressor(5, random_state=1)).fit(inputs, sales), inputs


def _register(pipeline: Any) -> str:
    import mlflow

    # MLflow prints every step and warns about its own code
    with redirect_stdout(StringIO()), redirect_stderr(StringIO()), mlflow.start_run(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        info = mlflow.sklearn.log_model(
            pipeline,
            name="model",
            serialization_format="skops",
            skops_trusted_types=["sklearn.tree._tree.Tree"],
            pip_requirements=["scikit-learn"],
            metadata={"steam_sales": _TRAINING_METADATA},
        )
        version = str(mlflow.register_model(info.model_uri, MODEL).version)
        folder = Path(mlflow.artifacts.download_artifacts(info.model_uri))
    digest = hashlib.sha256((folder / "model.skops").read_bytes()).hexdigest()
    mlflow.MlflowClient().set_model_version_tag(MODEL, version, "model_sha256", digest)
    return version
