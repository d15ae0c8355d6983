"""What the champion says of days to come and of every kind of day, read out of its table; asks and stores nothing."""

from collections.abc import Iterator
from datetime import date as date_
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from domain.calendar import ALL_CODES, LAST_DATE, Codes
from service.errors import DatesOnlyError
from service.prediction.champion import Outcome, Predictor
from service.prediction.schemas import DayCodes


class Said(DayCodes):
    """What the champion says of a kind of day, in units."""

    prediction: float = Field(description="expected sales, in units")
    lower: float = Field(description="lower limit of the interval, in units")
    upper: float = Field(description="upper limit of the interval, in units")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")


class DayAhead(Said):
    """A date, the kind of day that it is, and what the champion says of it."""

    Date: date_
    holiday_name: str | None = Field(description="of the public holiday; null on other days, also on Sundays")


class Outlook(BaseModel):
    """What one champion says of some days in a row."""

    model_version: str = Field(description="version of the registered model")
    level: float = Field(description="share of days that fall inside the limits, 0 to 1")
    days: list[DayAhead] = Field(description="in order; fewer than asked for where the calendar ends")
    calendar_warning: str | None = Field(None, description="why these codes may not be those of the data, if so")


class Inputs(BaseModel):
    """What one champion says of all kinds of day."""

    model_version: str = Field(description="version of the registered model")
    level: float = Field(description="share of days that fall inside the limits, 0 to 1")
    inputs: list[Said] = Field(description="all 56, by weekday, season and holiday")


def outlook(predictor: Predictor, start: date_, days: int, language: str | None) -> Outlook:
    """What the champion says of `days` days from `start` on, holidays named in `language` where their country can.

    Raises:
        BadInputError: a champion that was trained on dates knows nothing of one of them.
    """
    ahead = [_ahead(predictor, day, language) for day in _from(start, days)]
    return Outlook(
        model_version=predictor.version,
        level=predictor.level,
        days=ahead,
        calendar_warning=predictor.calendar_in_force.warning,
    )


def inputs(predictor: Predictor) -> Inputs:
    """What the champion says of every kind of day.

    Raises:
        DatesOnlyError: it was trained on dates, so that a kind of day alone has no answer.
    """
    if predictor.champion.dated:
        raise DatesOnlyError(predictor.version)
    said = [Said(**_said(codes, predictor.outcome(codes, None))) for codes in ALL_CODES]
    return Inputs(model_version=predictor.version, level=predictor.level, inputs=said)


def _from(start: date_, days: int) -> Iterator[date_]:
    until_the_end = (LAST_DATE - start).days + 1
    return (start + timedelta(days=number) for number in range(min(days, until_the_end)))


def _ahead(predictor: Predictor, day: date_, language: str | None) -> DayAhead:
    codes = predictor.calendar.codes_of(day)
    said = _said(codes, predictor.outcome(codes, day))
    return DayAhead(Date=day, holiday_name=predictor.calendar.holiday_on(day, language), **said)


def _said(codes: Codes, outcome: Outcome) -> dict[str, Any]:
    return {
        "DayOfWeek": codes.day_of_week,
        "Season": codes.season,
        "Holiday": codes.holiday,
        "prediction": outcome.prediction,
        "lower": outcome.lower,
        "upper": outcome.upper,
        "seen_in_training": outcome.seen,
    }
