"""A champion as the API holds it: its answers, by kind of day or by date. Knows no MLflow, no scikit-learn."""

from datetime import date, datetime
from typing import Annotated, NamedTuple, Self

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from domain.calendar import ALL_CODES, WEEKDAYS, CalendarFit, CalendarInForce, Codes, Overrides, calendar_of, in_force
from service.errors import BadInputError, FieldError
from service.prediction.date_features import DATE_FEATURES, FIRST_MODEL_DATE, LAST_MODEL_DATE, MODEL_DATES, place_of

FEATURES = ("DayOfWeek", "Season", "Holiday")
DATED_FEATURES = FEATURES + DATE_FEATURES
Finite = Annotated[float, Field(allow_inf_nan=False)]
Offsets = tuple[Finite, Finite]


def _whole_week(offsets: dict[int, Offsets]) -> dict[int, Offsets]:
    if missing := set(WEEKDAYS) - offsets.keys():
        raise ValueError(f"lacks the weekdays {sorted(missing)}")
    return offsets


def _known(features: tuple[str, ...]) -> tuple[str, ...]:
    if features not in (FEATURES, DATED_FEATURES):
        raise ValueError(f"are neither {list(FEATURES)} nor {list(DATED_FEATURES)}")
    return features


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

    features: Annotated[tuple[str, ...], AfterValidator(_known)] = Field(
        FEATURES, description="columns it takes; with `Trend` and `DayOfYear` it is asked by Date only"
    )
    trained_at: AwareDatetime = Field(description="UTC")
    data_version: str = Field(description="version of the data it was trained on")
    metrics: dict[str, Finite] = Field(description="as training logged them; RMSE in units")
    interval: Limits = Field(description="90 % limits by weekday")
    seen: list[tuple[int, int, int]] = Field(description="kinds of day in training: weekday, season, holiday")
    weekday_means: dict[int, Finite] = Field(description="mean sales by weekday in training, in units")
    calendar: CalendarFit | None = Field(None, description="rule that its data follows; none before there were rules")


class ModelCard(Findings):
    """The champion, as it is shown."""

    version: str = Field(description="version of the registered model")
    calendar: CalendarInForce = Field(description="rule by which a `Date` is turned into weekday, season and holiday")


class Champion(Findings):
    """The champion, as it is kept on disk."""

    version: str = Field(description="version of the registered model")
    sha256: str = Field(pattern="^[0-9a-f]{64}$", description="digest of model.skops")
    predictions: list[Finite] = Field(description="units, in the order of `ALL_CODES`, or of `model_dates` if dated")
    calendar_name: str | None = Field(None, description="of the calendar that a dated champion's codes come from")

    @property
    def dated(self) -> bool:
        """Whether it takes more of a date than its three codes."""
        return self.features == DATED_FEATURES

    @model_validator(mode="after")
    def _complete(self) -> Self:
        expected = MODEL_DATES if self.dated else len(ALL_CODES)
        if len(self.predictions) != expected or self.dated != (self.calendar_name is not None):
            raise ValueError(f"has {len(self.predictions)} predictions instead of {expected}, or no calendar for them")
        return self


class Outcome(NamedTuple):
    """What a champion says of a kind of day, in units: never below zero."""

    prediction: float
    lower: float
    upper: float
    seen: bool


class Predictor:
    """A champion ready to answer: a table of every possible input, exact and without a model at hand."""

    def __init__(self, champion: Champion, overrides: Overrides = Overrides()) -> None:  # noqa: B008 - immutable
        self.champion = champion
        self.calendar_in_force = in_force(champion.calendar, overrides)
        self.calendar = calendar_of(self.calendar_in_force.rule)
        self.version = champion.version
        self.level = champion.interval.level
        self.dated = champion.dated
        """Whether it may refuse a question: see `refusal`."""
        self._seen = frozenset(champion.seen)
        known = () if champion.dated else zip(ALL_CODES, champion.predictions, strict=True)
        self._of_codes = {codes: self._outcome(codes, prediction) for codes, prediction in known}

    @property
    def trained_at(self) -> datetime:
        """UTC."""
        return self.champion.trained_at

    @property
    def card(self) -> ModelCard:
        """The champion, as it is shown."""
        shown = self.champion.model_dump(include=set(ModelCard.model_fields))
        return ModelCard.model_validate(shown | {"calendar": self.calendar_in_force.model_dump()})

    def refusal(self, asked: date | None) -> FieldError | None:
        """Why it cannot be asked for this date (None: by codes alone), if it cannot."""
        if not self.dated:
            return None
        if asked is None:
            message = 'is missing: the model in service was trained on dates, send {"Date": "2026-12-24"}'
            return FieldError("Date", message, code="date-needed")
        if not FIRST_MODEL_DATE <= asked <= LAST_MODEL_DATE:
            limits = f"{FIRST_MODEL_DATE} and {LAST_MODEL_DATE}"
            message = f"must lie between {limits} for the model in service, which was trained on dates"
            return FieldError("Date", message, code="date-outside")
        return None

    def outcome(self, codes: Codes, asked: date | None) -> Outcome:
        """What the champion says of a kind of day, asked for by `asked` or by its codes.

        Raises:
            BadInputError: see `refusal`.
        """
        if fault := self.refusal(asked):
            raise BadInputError([fault])
        if not self.dated or asked is None:
            return self._of_codes[codes]
        return self._outcome(codes, self.champion.predictions[place_of(asked)])

    def _outcome(self, codes: Codes, prediction: float) -> Outcome:
        lower, upper = self.champion.interval.by_weekday[codes.day_of_week]
        units = max(prediction, 0.0)
        return Outcome(units, max(units + lower, 0.0), units + upper, codes in self._seen)
