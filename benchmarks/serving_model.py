"""Makes the model that all servers of `benchmarks.serving` answer with: trained on the sample, registered in MLflow."""

from __future__ import annotations

import os
import warnings
from pathlib import Path
from typing import Any

from benchmarks.serving_peers import FEATURES, ONNX, PIPELINE

MODEL = "steam_sales_prediction_model_prod"
SAMPLE = Path(__file__).parents[1] / "data" / "steam_selling_games.csv"


def make(folder: Path) -> str:
    """Train, and write it in every form; the address of MLflow's registry."""
    model = _trained()
    _as_files(model, folder)
    _as_champion(model, folder / "api")
    return _registered(model, f"sqlite:///{folder / 'mlflow.db'}", folder)


def _trained() -> Any:
    import pandas as pd
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    table = pd.read_csv(SAMPLE)
    forest = RandomForestRegressor(n_estimators=100, max_depth=10, random_state=42)
    return make_pipeline(StandardScaler(), forest).fit(table[FEATURES], table["Sales"])


def _as_files(model: Any, folder: Path) -> None:
    import skops.io
    from skl2onnx import to_onnx  # type: ignore[import-untyped]  # it has no types
    from skl2onnx.common.data_types import Int64TensorType  # type: ignore[import-untyped]  # it has no types

    skops.io.dump(model, folder / PIPELINE)
    onnx = to_onnx(model, initial_types=[("input", Int64TensorType([None, len(FEATURES)]))])
    (folder / ONNX).write_bytes(onnx.SerializeToString())


def _as_champion(model: Any, folder: Path) -> None:
    import pandas as pd

    from domain.calendar import ALL_CODES, WEEKDAYS
    from service.model_loading import disk_cache
    from service.prediction.champion import Champion

    predictions = model.predict(pd.DataFrame(ALL_CODES, columns=FEATURES)).tolist()
    findings: dict[str, Any] = {
        "trained_at": "2026-01-01T00:00:00Z",
        "data_version": "sample",
        "metrics": {},
        "interval": {"level": 0.9, "by_weekday": dict.fromkeys(WEEKDAYS, (-200.0, 200.0))},
        "seen": [],
        "weekday_means": {},
    }
    disk_cache.save(folder, Champion(version="1", sha256="0" * 64, predictions=predictions, **findings))


def _registered(model: Any, registry: str, folder: Path) -> str:
    os.environ["MLFLOW_DISABLE_TELEMETRY"] = "true"
    import mlflow

    mlflow.set_tracking_uri(registry)
    mlflow.create_experiment("serving", (folder / "artifacts").as_uri())
    mlflow.set_experiment("serving")
    with mlflow.start_run(), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # MLflow warns of its own code
        mlflow.sklearn.log_model(
            model,
            name="model",
            serialization_format="skops",
            skops_trusted_types=["sklearn.tree._tree.Tree"],
            pip_requirements=["scikit-learn"],
            registered_model_name=MODEL,
        )
    return registry
