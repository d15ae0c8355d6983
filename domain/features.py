"""The columns that a model takes, and what it takes of a date. Knows no calendar of holidays and no model."""

from collections.abc import Iterator
from datetime import date

FEATURES = ("DayOfWeek", "Season", "Holiday")
DATE_FEATURES = ("Trend", "DayOfYear")
DATED_FEATURES = FEATURES + DATE_FEATURES
TREND_FROM = date(2000, 1, 1)
FIRST_MODEL_DATE = date(1990, 1, 1)
LAST_MODEL_DATE = date(2100, 12, 31)
MODEL_DATES = LAST_MODEL_DATE.toordinal() - FIRST_MODEL_DATE.toordinal() + 1
"""The number of dates that a dated model can predict."""


def date_features(day: date) -> tuple[int, int]:
    """Return the values of `DATE_FEATURES`: days since `TREND_FROM`, and the day of the year from 1."""
    return (day - TREND_FROM).days, day.timetuple().tm_yday


def model_dates() -> Iterator[date]:
    """Yield every date that a dated model can predict."""
    return (date.fromordinal(FIRST_MODEL_DATE.toordinal() + number) for number in range(MODEL_DATES))


def index_of(day: date) -> int:
    """Return the position of a date in `model_dates`, from 0."""
    return (day - FIRST_MODEL_DATE).days
