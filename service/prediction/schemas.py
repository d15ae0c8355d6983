"""Predictions as requests and responses have them. Knows no database, server or model."""

from datetime import date as date_
from datetime import datetime
from typing import Literal
from uuid import UUID

from pydantic import BaseModel, Field


class DayCodes(BaseModel):
    """A kind of day, in the codes of the data."""

    DayOfWeek: int = Field(ge=1, le=7, description="1 = Monday to 7 = Sunday")
    Season: int = Field(ge=1, le=4, description="1 = summer, 2 = autumn, 3 = winter, 4 = spring")
    Holiday: int = Field(ge=0, le=1, description="1 on a holiday, else 0")


class PredictionBase(DayCodes):
    """The fields of a prediction, without id and interval."""

    Date: date_ | None = Field(None, description="the requested date, null if codes were requested")
    prediction: float = Field(description="expected sales, in units")
    model_version: str = Field(description="version of the registered model that computed it")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")
    created_at: datetime = Field(description="when it was computed, UTC")


class Interval(BaseModel):
    """The interval in which sales are expected."""

    level: float = Field(description="share of days that fall inside, 0 to 1")
    lower: float = Field(description="units")
    upper: float = Field(description="units")


class Prediction(PredictionBase):
    """A prediction as POST /predict/ and the registry return it."""

    id: UUID = Field(description="names it in the registry; ids grow with time")
    interval: Interval
    calendar_warning: str | None = Field(
        None,
        description="why the codes of the `Date` may not be those of the data; null if they are, and in the registry",
    )


class TracedPrediction(Prediction):
    """A prediction whose request belonged to a trace."""

    trace_id: str = Field(default="", description="W3C trace id of its request; absent if the request sent none")


class PredictionPage(BaseModel):
    """A page of the registry, newest first."""

    items: list[Prediction]
    next_cursor: str | None = Field(description="`cursor` of the next page, null on the last one")


class SummaryItem(BaseModel):
    """The predictions of a day or an hour."""

    start: datetime = Field(description="when the day or the hour begins, UTC")
    count: int = Field(description="number of predictions", ge=1)
    mean: float = Field(description="their mean, in units")
    minimum: float = Field(description="the smallest of them, in units")
    maximum: float = Field(description="the largest of them, in units")


class Summary(BaseModel):
    """The registry over time."""

    step: Literal["day", "hour"] = Field(description="length of an item: hours if the span is at most a week")
    since: datetime = Field(description="from this moment on, UTC")
    until: datetime = Field(description="before this moment, UTC")
    items: list[SummaryItem] = Field(description="oldest first; a day or hour without predictions has none")
    versions: dict[str, int] = Field(description="how many predictions each version made in the span")
