"""Forecasts of coming days and of every kind of day, read from the champion's table; stores nothing."""

from collections.abc import Iterator
from datetime import date as date_
from datetime import timedelta
from typing import Any

from pydantic import BaseModel, Field

from domain.calendar import ALL_CODES, LAST_DATE, Codes
from service.errors import DatesOnlyError
from service.prediction.predictor import Estimate, Predictor
from service.prediction.schemas import DayCodes


class DayEstimate(DayCodes):
    """The champion's prediction for a kind of day, in units."""

    prediction: float = Field(description="expected sales, in units")
    lower: float = Field(description="lower limit of the interval, in units")
    upper: float = Field(description="upper limit of the interval, in units")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")


class ForecastDay(DayEstimate):
    """The champion's prediction for a date."""

    Date: date_
    holiday_name: str | None = Field(description="of the public holiday; null on other days, also on Sundays")


class Forecast(BaseModel):
    """One champion's predictions for consecutive days."""

    model_version: str = Field(description="version of the registered model")
    level: float = Field(description="share of days that fall inside the limits, 0 to 1")
    days: list[ForecastDay] = Field(description="in order; fewer than requested if the calendar ends")
    calendar_warning: str | None = Field(None, description="why these codes may not be those of the data, if so")


class AllCombinations(BaseModel):
    """One champion's predictions for all kinds of day."""

    model_version: str = Field(description="version of the registered model")
    level: float = Field(description="share of days that fall inside the limits, 0 to 1")
    inputs: list[DayEstimate] = Field(description="all 56, by weekday, season and holiday")


def forecast_days(predictor: Predictor, start: date_, days: int, language: str | None) -> Forecast:
    """Predict `days` days from `start` on; name holidays in `language` if their country's calendar has it.

    Raises:
        BadInputError: a date lies outside those that the champion was trained for.
    """
    predictions = [_forecast_day(predictor, day, language) for day in _dates_from(start, days)]
    return Forecast(
        model_version=predictor.version,
        level=predictor.level,
        days=predictions,
        calendar_warning=predictor.calendar_in_force.warning,
    )


def all_combinations(predictor: Predictor) -> AllCombinations:
    """Predict every kind of day.

    Raises:
        DatesOnlyError: the champion was trained on dates and predicts no kind of day alone.
    """
    if predictor.champion.dated:
        raise DatesOnlyError(predictor.version)
    estimates = [DayEstimate(**_estimate_fields(codes, predictor.estimate(codes, None))) for codes in ALL_CODES]
    return AllCombinations(model_version=predictor.version, level=predictor.level, inputs=estimates)


def _dates_from(start: date_, days: int) -> Iterator[date_]:
    days_left = (LAST_DATE - start).days + 1
    return (start + timedelta(days=number) for number in range(min(days, days_left)))


def _forecast_day(predictor: Predictor, day: date_, language: str | None) -> ForecastDay:
    codes = predictor.calendar.codes_of(day)
    fields = _estimate_fields(codes, predictor.estimate(codes, day))
    return ForecastDay(Date=day, holiday_name=predictor.calendar.holiday_on(day, language), **fields)


def _estimate_fields(codes: Codes, estimate: Estimate) -> dict[str, Any]:
    return {
        "DayOfWeek": codes.day_of_week,
        "Season": codes.season,
        "Holiday": codes.holiday,
        "prediction": estimate.prediction,
        "lower": estimate.lower,
        "upper": estimate.upper,
        "seen_in_training": estimate.seen,
    }
