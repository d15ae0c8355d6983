"""Predicts with a champion by table lookup; knows no model file, no request and no database."""

from datetime import date, datetime
from functools import cached_property
from typing import NamedTuple

from domain.calendar import ALL_CODES, Codes, Overrides, calendar_of, in_force
from domain.features import FIRST_MODEL_DATE, LAST_MODEL_DATE, index_of
from service.errors import BadInputError, FieldError
from service.prediction.champion import Champion, ModelCard


class Estimate(NamedTuple):
    """What a champion predicts for a kind of day, in units; never below zero."""

    prediction: float
    lower: float
    upper: float
    seen: bool


class Predictor:
    """A champion ready to predict: a table of every possible input, exact, with no model in memory."""

    def __init__(self, champion: Champion, overrides: Overrides = Overrides()) -> None:  # noqa: B008 - immutable
        self.champion = champion
        self.calendar_in_force = in_force(champion.calendar, overrides)
        self.calendar = calendar_of(self.calendar_in_force.rule)
        self.version = champion.version
        self.level = champion.interval.level
        self.dated = champion.dated
        """Whether it predicts by date only: see `rejection`."""
        self._seen = frozenset(champion.seen)
        table = () if champion.dated else zip(ALL_CODES, champion.predictions, strict=True)
        self._by_codes = {codes: self._estimate(codes, prediction) for codes, prediction in table}

    @property
    def trained_at(self) -> datetime:
        """When it was trained, UTC."""
        return self.champion.trained_at

    @cached_property
    def card_json(self) -> bytes:
        """The champion as GET /model shows it."""
        fields = self.champion.model_dump(include=set(ModelCard.model_fields))
        card = ModelCard.model_validate(fields | {"calendar": self.calendar_in_force.model_dump()})
        return card.model_dump_json().encode()

    def rejection(self, day: date | None) -> FieldError | None:
        """Return why it cannot predict this date (None: codes alone), None if it can."""
        if not self.dated:
            return None
        if day is None:
            message = 'is missing: the model in service was trained on dates, send {"Date": "2026-12-24"}'
            return FieldError("Date", message, code="date-needed")
        if not FIRST_MODEL_DATE <= day <= LAST_MODEL_DATE:
            limits = f"{FIRST_MODEL_DATE} and {LAST_MODEL_DATE}"
            message = f"must lie between {limits} for the model in service, which was trained on dates"
            return FieldError("Date", message, code="date-outside")
        return None

    def estimate(self, codes: Codes, day: date | None) -> Estimate:
        """What the champion says of a kind of day, asked for by `asked` or by its codes.

        Raises:
            BadInputError: see `refusal`.
        """
        if fault := self.rejection(day):
            raise BadInputError([fault])
        if not self.dated or day is None:
            return self._by_codes[codes]
        return self._estimate(codes, self.champion.predictions[index_of(day)])

    def _estimate(self, codes: Codes, prediction: float) -> Estimate:
        lower, upper = self.champion.interval.by_weekday[codes.day_of_week]
        units = max(prediction, 0.0)
        return Estimate(units, max(units + lower, 0.0), units + upper, codes in self._seen)
