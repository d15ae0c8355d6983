"""What a version did on its test set, for who wants to know whether to believe it; asks nobody anything."""

from collections.abc import Mapping
from datetime import date as date_
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from service.clients.model_versions import Links, metrics_of, tags_of
from service.errors import NoEvaluationError
from service.prediction.schemas import DayCodes


class _Finding(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


class Point(DayCodes):
    """A day of the test set."""

    Date: date_ = Field(description="as the data has it")
    actual: float = Field(description="what was sold, in units")
    predicted: float = Field(description="what the model said, in units")


class Residuals(_Finding):
    """Actual minus predicted on the days of one weekday, in units."""

    rows: int = Field(description="days of the test set")
    mean: float = Field(description="above 0: it predicts too little")
    quantiles: list[float] = Field(min_length=5, max_length=5, description=".05, .25, .5, .75 and .95")
    coverage: float = Field(description="share of these days inside the interval, 0 to 1")


class Covered(_Finding):
    """The interval, promised and kept."""

    level: float = Field(description="share of days that shall fall inside, 0 to 1")
    coverage: float = Field(description="share of the test set that did, 0 to 1")


class TestSet(_Finding):
    """What training wrote down in `evaluation.json`."""

    rows: int = Field(description="days of the test set")
    interval: Covered
    points: list[Point] = Field(max_length=2_000, description="days of it, evenly spread, at most 500")
    residuals: dict[int, Residuals] = Field(description="by weekday, of all its days")


class Evaluation(TestSet):
    """A version on its test set."""

    version: str = Field(description="of the registered model")
    data_version: str | None = Field(None, description="version of the data it was trained and tested on")
    metrics: dict[str, float] = Field(
        description="as training logged them, in units: `test_rmse` beside `reference_weekday_mean_rmse` and "
        "`reference_cell_mean_rmse`, which the naive means of weekday and of kind of day reach"
    )
    mlflow_run_url: str = Field(description="the training in MLflow, for a browser")
    prefect_run_url: str | None = Field(
        None, description="the training in Prefect, for a browser; null where none is known"
    )


def evaluation(version: Mapping[str, Any], run: Mapping[str, Any], content: bytes, links: Links) -> Evaluation:
    """What is known of a version: as MLflow has it, its run, and the run's `evaluation.json`.

    Raises:
        NoEvaluationError: the file is not as docs/contracts.md says.
    """
    try:
        found = TestSet.model_validate_json(content)
    except ValidationError as error:
        raise NoEvaluationError(str(version["version"])) from error
    return Evaluation(
        **found.model_dump(),
        version=str(version["version"]),
        data_version=tags_of(version).get("data_version"),
        metrics=metrics_of(run),
        mlflow_run_url=links.mlflow_run(run),
        prefect_run_url=links.prefect_run_of(run),
    )
