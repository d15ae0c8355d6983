"""Reads what the model did on its test set and where its versions come from. Knows the API's words, no HTTP library."""

from datetime import date as date_
from typing import Literal

from pydantic import AwareDatetime, Field

from webapp.api.client import ApiClient
from webapp.api.predictions import PredictionRequest
from webapp.api.schema import ApiModel

ALIAS = "production"


class Point(PredictionRequest):
    """A day of the test set; sales in units."""

    date: date_ = Field(alias="Date")
    actual: float
    predicted: float


class Residuals(ApiModel):
    """Actual minus predicted on one weekday, in units; `quantiles` .05, .25, .5, .75, .95; `coverage` 0 to 1."""

    rows: int
    mean: float
    quantiles: tuple[float, float, float, float, float]
    coverage: float


class IntervalCoverage(ApiModel):
    """The share of days that shall fall inside the interval, and the share that did (0 to 1)."""

    level: float
    coverage: float


class Evaluation(ApiModel):
    """The champion on its test set of `rows` days; metrics in units; residuals by weekday from Monday."""

    version: str
    data_version: str | None = None
    rows: int
    metrics: dict[str, float]
    interval: IntervalCoverage
    points: tuple[Point, ...]
    residuals: dict[int, Residuals]
    mlflow_run_url: str
    prefect_run_url: str | None = None


class Decision(ApiModel):
    """One decision on who serves; scores are RMSE in units."""

    outcome: Literal["promoted", "kept", "rolled back"]
    version: str
    champion_before: str | None = None
    challenger_rmse: float | None = None
    champion_rmse: float | None = None
    rows: int | None = None
    rule: str
    reason: str
    decided_by: str
    decided_at: AwareDatetime
    progress: Literal["begun", "carried out", "not carried out"]


class Version(ApiModel):
    """A registered version, with the decisions it had a part in, newest first."""

    version: str
    created_at: AwareDatetime
    aliases: tuple[str, ...]
    metrics: dict[str, float]
    decisions: tuple[Decision, ...]
    mlflow_run_url: str
    prefect_run_url: str | None = None

    @property
    def serves(self) -> bool:
        """Whether it is the champion."""
        return ALIAS in self.aliases


class Versions(ApiModel):
    """A page of versions, newest first, and where the next page starts (None at the end)."""

    items: tuple[Version, ...]
    next_cursor: str | None = None


def get_evaluation(api: ApiClient) -> Evaluation:
    """Read what the champion did. Raises ApiError, of kind NO_EVALUATION where nothing was kept."""
    return api.request(Evaluation, "GET", "/model/evaluation")


def get_versions(api: ApiClient, limit: int, cursor: str | None = None) -> Versions:
    """Read up to `limit` versions from `cursor` on. Raises ApiError."""
    return api.request(
        Versions, "GET", "/model/versions", params={"limit": limit} | ({"cursor": cursor} if cursor else {})
    )
