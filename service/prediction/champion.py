"""The champion as data: what training recorded and what the model predicts. Knows no MLflow, no scikit-learn."""

from typing import Annotated, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.calendar import ALL_CODES, WEEKDAYS, CalendarFit, CalendarInForce
from service.prediction.date_features import DATE_FEATURES, MODEL_DATES

FEATURES = ("DayOfWeek", "Season", "Holiday")
DATED_FEATURES = FEATURES + DATE_FEATURES
Finite = Annotated[float, Field(allow_inf_nan=False)]
Offsets = tuple[Finite, Finite]


def _check_weekdays(offsets: dict[int, Offsets]) -> dict[int, Offsets]:
    if missing := set(WEEKDAYS) - offsets.keys():
        raise ValueError(f"lacks the weekdays {sorted(missing)}")
    return offsets


def _check_features(features: tuple[str, ...]) -> tuple[str, ...]:
    if features not in (FEATURES, DATED_FEATURES):
        raise ValueError(f"are neither {list(FEATURES)} nor {list(DATED_FEATURES)}")
    return features


class PredictionIntervals(BaseModel):
    """How far sales may lie from a prediction."""

    model_config = ConfigDict(frozen=True)

    level: float = Field(gt=0, lt=1, description="share of days that fall inside, 0 to 1")
    by_weekday: Annotated[dict[int, Offsets], AfterValidator(_check_weekdays)] = Field(
        description="by weekday, what is added to a prediction for its lower and upper limit, in units"
    )


class TrainingMetadata(BaseModel):
    """What training recorded beside the model (`metadata.steam_sales` of its MLmodel file)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    features: Annotated[tuple[str, ...], AfterValidator(_check_features)] = Field(
        FEATURES, description="its input columns; with `Trend` and `DayOfYear` it answers requests by Date only"
    )
    trained_at: AwareDatetime = Field(description="UTC")
    data_version: str = Field(description="version of the data it was trained on")
    metrics: dict[str, Finite] = Field(description="as training logged them; RMSE in units")
    interval: PredictionIntervals = Field(description="90 % limits by weekday")
    seen: list[tuple[int, int, int]] = Field(description="kinds of day in training: weekday, season, holiday")
    weekday_means: dict[int, Finite] = Field(description="mean sales by weekday in training, in units")
    calendar: CalendarFit | None = Field(None, description="rule that its data follows; none before there were rules")


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
