"""Writes one training to an MLflow run: parameters, metrics, datasets, plots and the model."""

import math
import warnings
from typing import TYPE_CHECKING

import mlflow
import numpy as np
import polars as pl
from mlflow.data.polars_dataset import from_polars
from mlflow.utils.git_utils import get_git_commit

from domain.servable import TRUSTED_TYPES
from flows.promotion.policy import LearnedLevel
from flows.tracking.decisions import EXPERIMENT_NAME
from flows.training import plots
from flows.training.evaluation_report import evaluation_report
from flows.training.features import model_inputs
from flows.training.inference import predict
from flows.training.level import RescaledModel
from flows.training.metrics import TARGET
from flows.training.train import TrainingResult, model_metadata
from flows.training.training_data import TrainingData

if TYPE_CHECKING:
    from collections.abc import Hashable, Mapping

    from matplotlib.figure import Figure
    from sklearn.pipeline import Pipeline


def code_version(configured: str | None) -> str:
    """Return the configured version of the code, else the git commit."""
    return configured or get_git_commit(".") or "unknown"


def start_run(uri: str, name: str, tags: dict[str, str], code: str) -> str:
    """Start a run in the experiment, tagged with the version of the code; return its id."""
    mlflow.set_tracking_uri(uri)
    experiment = mlflow.set_experiment(EXPERIMENT_NAME)
    code_tags = {"mlflow.source.git.commit": code, "code_version": code}
    run = mlflow.MlflowClient().create_run(experiment.experiment_id, tags=tags | code_tags, run_name=name)
    return str(run.info.run_id)


def log_training(uri: str, run_id: str, data: TrainingData, result: TrainingResult) -> str:
    """Write one training into its run, the model last; return the model's `models:/` address. Idempotent."""
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run(run_id=run_id), warnings.catch_warnings():
        # MLflow has two resolvers for a local source
        warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted in multiple ways")
        # the three codes are never missing: the API refuses a request without them
        warnings.filterwarnings("ignore", message=".*integer column", category=UserWarning)
        _log_data(data.train, f"{data.url}/train.csv", "train")
        _log_data(data.test, f"{data.url}/test.csv", "test")
        mlflow.log_params({"candidate": result.search.candidate} | result.search.best_params)
        mlflow.log_metrics(result.metrics)
        mlflow.log_text(result.search.table.to_csv(index=False), "search/grid.csv")
        mlflow.log_table(result.search.table, "search/grid.json")
        mlflow.log_dict(evaluation_report(data.test, result.predicted, result.interval), "evaluation.json")
        for name, figure in _figures(data, result).items():
            mlflow.log_figure(figure, f"plots/{name}.png")
        return _log_model(data, result)


def _log_data(frame: pl.DataFrame, source: str, context: str) -> None:
    mlflow.log_input(from_polars(frame, source=source, targets=TARGET, name=context), context=context)


def _figures(data: TrainingData, result: TrainingResult) -> "dict[str, Figure]":
    actual = data.test[TARGET].to_numpy().astype(np.float64)
    weekdays = data.test["DayOfWeek"].to_numpy().astype(np.float64)
    table = result.search.table
    labels = [_point_label(row) for row in table.to_dict("records")]
    rmse = np.sqrt(-table["mean"].to_numpy(dtype=np.float64))
    # the standard deviation of the MSE, propagated to its square root
    spread = table["std"].to_numpy(dtype=np.float64) / (2 * rmse)
    return {
        "predicted_against_actual": plots.predicted_against_actual(actual, result.predicted),
        "residuals": plots.residuals(actual, result.predicted, weekdays),
        "search": plots.grid_scores(labels, rmse, spread),
    }


def _point_label(row: "dict[Hashable, object]") -> str:
    named = {str(key): value for key, value in row.items()}
    # NaN: a parameter of another candidate
    own = {k.removeprefix("param_"): v for k, v in named.items() if k.startswith("param_") and not _is_nan(v)}
    return ", ".join([str(named["candidate"]), *(f"{name}={value}" for name, value in own.items())])


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _log_model(data: TrainingData, result: TrainingResult) -> str:
    metadata = model_metadata(result, data.train, data.manifest.version, data.manifest.calendar)
    return _log_pipeline(data, result.search.model, metadata)


def log_rescaled(uri: str, run_id: str, data: TrainingData, rescaled: RescaledModel, learned: LearnedLevel) -> str:
    """Write a rescaled champion into its run, the model last; return its `models:/` address. Idempotent."""
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run(run_id=run_id), warnings.catch_warnings():
        warnings.filterwarnings("ignore", message=".*integer column", category=UserWarning)
        mlflow.log_params({"candidate": "rescaled champion"} | learned.model_dump(mode="json"))
        mlflow.log_metrics(rescaled.metadata["metrics"] | {"test_mae": rescaled.test.mae})
        mlflow.log_dict(rescaled.evaluation, "evaluation.json")
        return _log_pipeline(data, rescaled.model, rescaled.metadata)


def _log_pipeline(data: TrainingData, model: "Pipeline", metadata: "Mapping[str, object]") -> str:
    example = model_inputs(data.train, model.feature_names_in_)
    info = mlflow.sklearn.log_model(
        model,
        name="model",
        signature=mlflow.models.infer_signature(example, predict(model, data.train)),
        input_example=example.head(3),
        serialization_format="skops",
        skops_trusted_types=TRUSTED_TYPES,
        # listed, because MLflow takes ten seconds to infer them
        pip_requirements=["scikit-learn", "skops", "pandas"],
        metadata={"steam_sales": dict(metadata)},
    )
    return str(info.model_uri)


def finish_run(uri: str, run_id: str) -> None:
    """End a run that logs nothing more."""
    mlflow.MlflowClient(tracking_uri=uri).set_terminated(run_id)
