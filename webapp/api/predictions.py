"""Asks for one prediction. Knows the API's words for it, no HTTP library."""

from datetime import date as date_
from uuid import UUID

from pydantic import AwareDatetime, Field

from webapp.api.client import ApiClient
from webapp.api.schema import ApiModel


class PredictionRequest(ApiModel):
    """A kind of day, in the codes of the data: weekday 1 to 7 from Monday, season 1 to 4 from summer."""

    weekday: int = Field(alias="DayOfWeek")
    season: int = Field(alias="Season")
    holiday: int = Field(alias="Holiday")


class Interval(ApiModel):
    """Limits in units, and the share of days that fall between them (0 to 1)."""

    level: float = Field(gt=0, lt=1)
    lower: float
    upper: float


class Prediction(PredictionRequest):
    """One stored prediction, in units, with the kind of day it was asked for; `date` is None where codes were sent."""

    id: UUID
    prediction: float
    interval: Interval
    model_version: str
    seen_in_training: bool
    created_at: AwareDatetime
    date: date_ | None = Field(None, alias="Date")


def predict(api: ApiClient, question: PredictionRequest | date_) -> Prediction:
    """Ask for a prediction of a kind of day or of a date, which the API stores. Raises ApiError."""
    asked = {"Date": question.isoformat()} if isinstance(question, date_) else question.model_dump(by_alias=True)
    return api.request(Prediction, "POST", "/predict/", json=asked)


def get_prediction(api: ApiClient, prediction_id: UUID) -> Prediction:
    """Read what was answered before. Raises ApiError, of kind NOT_FOUND where the registry holds no such id."""
    return api.request(Prediction, "GET", f"/registry/{prediction_id}")
