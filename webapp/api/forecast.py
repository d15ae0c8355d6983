"""Reads what the model says of days in a row and of every kind of day, which stores nothing. Knows no HTTP library."""

from datetime import date

from pydantic import Field

from webapp.api.client import ApiClient
from webapp.api.predictions import PredictionRequest
from webapp.api.schema import ApiModel
from webapp.texts import Language


class DayEstimate(PredictionRequest):
    """What the model says of a kind of day, in units."""

    prediction: float
    lower: float
    upper: float
    seen_in_training: bool


class ForecastDay(DayEstimate):
    """A date and what the model says of it; `holiday_name` is None where it is no public holiday."""

    day: date = Field(alias="Date")
    holiday_name: str | None


class Forecast(ApiModel):
    """Days in a row, by one version of the model; `level` is the share of days inside the limits, 0 to 1."""

    model_version: str
    level: float
    days: tuple[ForecastDay, ...]


class AllCombinations(ApiModel):
    """Every kind of day, by one version of the model."""

    model_version: str
    level: float
    inputs: tuple[DayEstimate, ...]


def get_forecast(api: ApiClient, start: date, count: int, language: Language) -> Forecast:
    """Read `count` days (1 to 120) from `start` on, holidays named in `language` where they can be. Raises ApiError."""
    params = {"start": start.isoformat(), "days": str(count), "language": language}
    return api.request(Forecast, "GET", "/model/days", params=params)


def get_all_combinations(api: ApiClient) -> AllCombinations:
    """Read every kind of day. Raises ApiError, of kind DATES_ONLY where the model was trained on dates."""
    return api.request(AllCombinations, "GET", "/model/inputs")
