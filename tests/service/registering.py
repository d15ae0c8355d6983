"""Does to a real MLflow server what a pipeline does: logs a small real model, and moves the alias."""

import hashlib
import os
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from domain.calendar import ALL_CODES
from tests.service.findings import FEATURES, FINDINGS

MODEL = "steam_sales_prediction_model_prod"


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
