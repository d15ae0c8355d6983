"""What a model trained on dates takes of a date, and the dates it is asked for; knows no calendar of holidays."""

from collections.abc import Iterator
from datetime import date

DATE_FEATURES = ("Trend", "DayOfYear")
TREND_FROM = date(2000, 1, 1)
FIRST_MODEL_DATE = date(1990, 1, 1)
LAST_MODEL_DATE = date(2100, 12, 31)
MODEL_DATES = LAST_MODEL_DATE.toordinal() - FIRST_MODEL_DATE.toordinal() + 1
"""How many there are."""


def date_features(day: date) -> tuple[int, int]:
    """The values of `DATE_FEATURES`: days since `TREND_FROM`, and day of the year from 1."""
    return (day - TREND_FROM).days, day.timetuple().tm_yday


def model_dates() -> Iterator[date]:
    """Every date from the first to the last."""
    return (date.fromordinal(FIRST_MODEL_DATE.toordinal() + number) for number in range(MODEL_DATES))


def index_of(day: date) -> int:
    """Which of `model_dates` it is, from 0."""
    return (day - FIRST_MODEL_DATE).days
