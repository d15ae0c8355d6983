"""One training run written to MLflow: parameters, metrics, data, plots and the model. Knows no registry."""

import math
import warnings
from typing import TYPE_CHECKING

import mlflow
import numpy as np
import polars as pl
from mlflow.data.polars_dataset import from_polars
from mlflow.utils.git_utils import get_git_commit

from flows.promotion.comparison import predict
from flows.tracking.decisions import EXPERIMENT
from flows.tracking.model_registry import TRUSTED_TYPES
from flows.training import plots
from flows.training.evaluation_report import evaluation
from flows.training.features import inputs
from flows.training.metrics import TARGET
from flows.training.train import Trained, about
from flows.training.training_data import TrainingData

if TYPE_CHECKING:
    from collections.abc import Hashable

    from matplotlib.figure import Figure


def code_version(asked: str | None) -> str:
    """The version of our code: what was asked for, else the git commit."""
    return asked or get_git_commit(".") or "unknown"


def start(uri: str, name: str, tags: dict[str, str], code: str) -> str:
    """Begin a run in the experiment and return its id; the version of the code goes with it."""
    mlflow.set_tracking_uri(uri)
    experiment = mlflow.set_experiment(EXPERIMENT)
    code_tags = {"mlflow.source.git.commit": code, "code_version": code}
    run = mlflow.MlflowClient().create_run(experiment.experiment_id, tags=tags | code_tags, run_name=name)
    return str(run.info.run_id)


def log(uri: str, run_id: str, data: TrainingData, trained: Trained) -> str:
    """Write one training into its run, the model last; return the model's `models:/` address. May be repeated."""
    mlflow.set_tracking_uri(uri)
    with mlflow.start_run(run_id=run_id), warnings.catch_warnings():
        # MLflow knows the local source twice by the same name
        warnings.filterwarnings("ignore", message="The specified dataset source can be interpreted in multiple ways")
        # the three codes are never missing: the API refuses a request without them
        warnings.filterwarnings("ignore", message=".*integer column", category=UserWarning)
        _log_data(data.train, f"{data.url}/train.csv", "train")
        _log_data(data.test, f"{data.url}/test.csv", "test")
        mlflow.log_params({"candidate": trained.search.candidate} | trained.search.best_params)
        mlflow.log_metrics(trained.metrics)
        mlflow.log_text(trained.search.table.to_csv(index=False), "search/grid.csv")
        mlflow.log_table(trained.search.table, "search/grid.json")
        mlflow.log_dict(evaluation(data.test, trained.predicted, trained.interval), "evaluation.json")
        for name, figure in _figures(data, trained).items():
            mlflow.log_figure(figure, f"plots/{name}.png")
        return _log_model(data, trained)


def _log_data(frame: pl.DataFrame, source: str, context: str) -> None:
    mlflow.log_input(from_polars(frame, source=source, targets=TARGET, name=context), context=context)


def _figures(data: TrainingData, trained: Trained) -> "dict[str, Figure]":
    actual = data.test[TARGET].to_numpy().astype(np.float64)
    weekdays = data.test["DayOfWeek"].to_numpy().astype(np.float64)
    table = trained.search.table
    labels = [_label(row) for row in table.to_dict("records")]
    rmse = np.sqrt(-table["mean"].to_numpy(dtype=np.float64))
    # the spread of the MSE, carried over to its root
    spread = table["std"].to_numpy(dtype=np.float64) / (2 * rmse)
    return {
        "predicted_against_actual": plots.predicted_against_actual(actual, trained.predicted),
        "residuals": plots.residuals(actual, trained.predicted, weekdays),
        "search": plots.grid_scores(labels, rmse, spread),
    }


def _label(row: "dict[Hashable, object]") -> str:
    named = {str(key): value for key, value in row.items()}
    # NaN: a parameter of another candidate
    own = {k.removeprefix("param_"): v for k, v in named.items() if k.startswith("param_") and not _is_nan(v)}
    return ", ".join([str(named["candidate"]), *(f"{name}={value}" for name, value in own.items())])


def _is_nan(value: object) -> bool:
    return isinstance(value, float) and math.isnan(value)


def _log_model(data: TrainingData, trained: Trained) -> str:
    model = trained.search.model
    example = inputs(data.train, model.feature_names_in_)
    info = mlflow.sklearn.log_model(
        model,
        name="model",
        signature=mlflow.models.infer_signature(example, predict(model, data.train)),
        input_example=example.head(3),
        serialization_format="skops",
        skops_trusted_types=TRUSTED_TYPES,
        # named, because finding them out takes ten seconds
        pip_requirements=["scikit-learn", "skops", "pandas"],
        metadata={"steam_sales": about(trained, data.train, data.manifest.version, data.manifest.calendar)},
    )
    return str(info.model_uri)


def finish(uri: str, run_id: str) -> None:
    """End a run that logs nothing more."""
    mlflow.MlflowClient(tracking_uri=uri).set_terminated(run_id)
