"""From a question to the row that is stored and the answer that is sent; pure, and the only way between them."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

from service.champion import Predictor
from service.days import Codes
from service.ids import new_id
from service.models import Interval, Prediction
from service.questions import ByCodes, ByDate

Row = dict[str, Any]
"""The columns of `StoredPrediction` by name."""


def predict(question: ByCodes | ByDate, predictor: Predictor, codes_of: Callable[[date], Codes], now: datetime) -> Row:
    """The row of a prediction made `now` (UTC) by one model, named in it.

    Raises:
        BadInputError: this model cannot be asked so.
    """
    if isinstance(question, ByDate):
        asked, codes = question.Date, codes_of(question.Date)
    else:
        asked, codes = None, Codes(question.DayOfWeek, question.Season, question.Holiday)
    outcome = predictor.outcome(codes, asked)
    return {
        "id": new_id(now),
        "DayOfWeek": codes.day_of_week,
        "Season": codes.season,
        "Holiday": codes.holiday,
        "Date": asked,
        "prediction": outcome.prediction,
        "level": predictor.level,
        "lower": outcome.lower,
        "upper": outcome.upper,
        "model_version": predictor.version,
        "seen_in_training": outcome.seen,
        "created_at": now,
    }


def answers(row: Mapping[str, Any], question: ByCodes | ByDate) -> bool:
    """Whether a stored row answers this very question."""
    if isinstance(question, ByDate):
        return bool(row["Date"] == question.Date)
    return row["Date"] is None and all(row[name] == code for name, code in question.model_dump().items())


def answer(row: Mapping[str, Any]) -> Prediction:
    """What is said of a row, fresh or from the history."""
    interval = Interval(level=row["level"], lower=row["lower"], upper=row["upper"])
    return Prediction.model_validate({**row, "interval": interval})
