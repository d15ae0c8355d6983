"""How a version did on its test set, read from MLflow's JSON and the run's `evaluation.json`."""

from collections.abc import Mapping
from datetime import date as date_
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.clients.links import Links
from service.clients.mlflow_entities import metrics_of, tags_of
from service.errors import EvaluationNotFoundError
from service.prediction.schemas import DayCodes


class _TrainingOutput(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Point(DayCodes):
    """A day of the test set."""

    Date: date_ = Field(description="as the data has it")
    actual: float = Field(description="units sold")
    predicted: float = Field(description="units predicted")


class Residuals(_TrainingOutput):
    """Actual minus predicted on the days of one weekday, in units."""

    rows: int = Field(description="days of the test set")
    mean: float = Field(description="above 0: it predicts too little")
    quantiles: list[float] = Field(min_length=5, max_length=5, description=".05, .25, .5, .75 and .95")
    coverage: float = Field(description="share of these days inside the interval, 0 to 1")


class IntervalCoverage(_TrainingOutput):
    """How often the interval held."""

    level: float = Field(description="share of days that should fall inside, 0 to 1")
    coverage: float = Field(description="share of the test days that did, 0 to 1")


class EvaluationFile(_TrainingOutput):
    """The file `evaluation.json` that training logs."""

    rows: int = Field(description="days of the test set")
    interval: IntervalCoverage
    points: list[Point] = Field(max_length=2_000, description="days of it, evenly spread, at most 500")
    residuals: dict[int, Residuals] = Field(description="by weekday, of all its days")


class Evaluation(EvaluationFile):
    """How a version did on its test set."""

    version: str = Field(description="of the registered model")
    data_version: str | None = Field(None, description="version of the data it was trained and tested on")
    metrics: dict[str, float] = Field(
        description="as training logged them, in units: `test_rmse` beside those of the naive forecasts, "
        "`reference_weekday_mean_rmse` and `reference_cell_mean_rmse` (mean of the weekday, of the kind of day)"
    )
    mlflow_run_url: str = Field(description="page of the training in MLflow")
    prefect_run_url: str | None = Field(None, description="page of the training in Prefect; null if unknown")


def build_evaluation(version: Mapping[str, Any], run: Mapping[str, Any], content: bytes, links: Links) -> Evaluation:
    """Build the evaluation from MLflow's version, its run, and the run's `evaluation.json`.

    Raises:
        EvaluationNotFoundError: the file is not as docs/contracts.md says.
    """
    try:
        file = EvaluationFile.model_validate_json(content)
    except ValidationError as error:
        raise EvaluationNotFoundError(str(version["version"])) from error
    return Evaluation(
        **file.model_dump(),
        version=str(version["version"]),
        data_version=tags_of(version).get("data_version"),
        metrics=metrics_of(run),
        mlflow_run_url=links.mlflow_run(run),
        prefect_run_url=links.prefect_run_of(run),
    )
