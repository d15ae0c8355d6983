"""The champion as data: what training recorded and what the model predicts. Knows no MLflow, no scikit-learn."""

from typing import Self

from pydantic import Field, model_validator

from domain.calendar import ALL_CODES, CalendarInForce
from domain.features import DATED_FEATURES, FEATURES, MODEL_DATES
from domain.servable import Finite, TrainingMetadata

__all__ = ["FEATURES", "Champion", "ModelCard"]


class ModelCard(TrainingMetadata):
    """The champion as GET /model shows it."""

    version: str = Field(description="version of the registered model")
    calendar: CalendarInForce = Field(description="rule by which a `Date` is turned into weekday, season and holiday")


class Champion(TrainingMetadata):
    """The champion as the API saves it on disk."""

    version: str = Field(description="version of the registered model")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of model.skops")
    predictions: list[Finite] = Field(description="units, in the order of `ALL_CODES`, or of `model_dates` if dated")
    calendar_name: str | None = Field(None, description="calendar behind the codes, if the model was trained on dates")

    @property
    def dated(self) -> bool:
        """Whether the model was trained on dates, not on the three codes alone."""
        return self.features == DATED_FEATURES

    @model_validator(mode="after")
    def _complete(self) -> Self:
        expected = MODEL_DATES if self.dated else len(ALL_CODES)
        if len(self.predictions) != expected or self.dated != (self.calendar_name is not None):
            raise ValueError(f"has {len(self.predictions)} predictions instead of {expected}, or no calendar for them")
        return self
