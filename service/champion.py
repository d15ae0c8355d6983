"""A champion as the API holds it: its answer to each of the 56 kinds of day. Knows no MLflow, no scikit-learn."""

from datetime import datetime
from typing import Annotated, NamedTuple

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field

from service.days import ALL_CODES, WEEKDAYS, Codes

FEATURES = ("DayOfWeek", "Season", "Holiday")
Finite = Annotated[float, Field(allow_inf_nan=False)]
Offsets = tuple[Finite, Finite]


def _whole_week(offsets: dict[int, Offsets]) -> dict[int, Offsets]:
    if missing := set(WEEKDAYS) - offsets.keys():
        raise ValueError(f"lacks the weekdays {sorted(missing)}")
    return offsets


class Limits(BaseModel):
    """How far sales may lie from a prediction."""

    model_config = ConfigDict(frozen=True)

    level: float = Field(gt=0, lt=1, description="share of days that fall inside, 0 to 1")
    by_weekday: Annotated[dict[int, Offsets], AfterValidator(_whole_week)] = Field(
        description="by weekday, what is added to a prediction for its lower and upper limit, in units"
    )


class Findings(BaseModel):
    """What training wrote beside the model (`metadata.steam_sales` of its MLmodel file)."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    trained_at: AwareDatetime = Field(description="UTC")
    data_version: str = Field(description="version of the data it was trained on")
    metrics: dict[str, Finite] = Field(description="as training logged them; RMSE in units")
    interval: Limits = Field(description="90 % limits by weekday")
    seen: list[tuple[int, int, int]] = Field(description="kinds of day in training: weekday, season, holiday")
    weekday_means: dict[int, Finite] = Field(description="mean sales by weekday in training, in units")


class ModelCard(Findings):
    """The champion, as it is shown."""

    version: str = Field(description="version of the registered model")


class Champion(ModelCard):
    """The champion, as it is kept on disk."""

    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of model.skops")
    predictions: list[Finite] = Field(
        min_length=len(ALL_CODES), max_length=len(ALL_CODES), description="units, in the order of `ALL_CODES`"
    )


class Outcome(NamedTuple):
    """What a champion says of a kind of day, in units."""

    prediction: float
    lower: float
    upper: float
    seen: bool


class Predictor:
    """A champion ready to answer: a table of every possible input, exact and without a model at hand."""

    def __init__(self, champion: Champion) -> None:
        self.champion = champion
        self.version = champion.version
        self.level = champion.interval.level
        self._outcomes = _outcomes(champion)

    @property
    def trained_at(self) -> datetime:
        """UTC."""
        return self.champion.trained_at

    def __getitem__(self, codes: Codes) -> Outcome:
        """What the champion says of a kind of day."""
        return self._outcomes[codes]


def _outcomes(champion: Champion) -> dict[Codes, Outcome]:
    seen = set(champion.seen)
    limits = champion.interval.by_weekday
    return {
        codes: Outcome(
            prediction,
            prediction + limits[codes.day_of_week][0],
            prediction + limits[codes.day_of_week][1],
            codes in seen,
        )
        for codes, prediction in zip(ALL_CODES, champion.predictions, strict=True)
    }
