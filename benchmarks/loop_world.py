"""A game whose sales change, and its first champion: the weekday's mean of the train days."""

from datetime import date

import numpy as np

from flows.promotion.fresh_days import Values
from flows.replay.loop import Champion

WEEKDAY_UNITS = np.array([1638.0, 2046.0, 2560.0, 3040.0, 3480.0, 3900.0, 4150.0])
NOISE_UNITS = 117.0
HISTORY_DAYS = 365
FUTURE_DAYS = 365
TEST_SHARE = 0.3
FIRST_DAY = date(2026, 1, 1)


def first_champion(sales: Values, weekdays: np.ndarray, generator: np.random.Generator) -> Champion:
    """Train on a stable 70 % of the history and take the residuals of the rest as reference."""
    test = generator.uniform(size=len(sales)) < TEST_SHARE
    units = np.array([sales[(weekdays == day) & ~test].mean() for day in range(7)])
    return Champion(units[np.arange(FUTURE_DAYS) % 7], (sales - units[weekdays])[test])


def history(generator: np.random.Generator) -> tuple[Values, np.ndarray]:
    """Make the past: units and weekdays 0 to 6, shape (HISTORY_DAYS,), the last one the day before day 0."""
    weekdays = np.arange(-HISTORY_DAYS, 0) % 7
    return WEEKDAY_UNITS[weekdays] + generator.normal(0, NOISE_UNITS, HISTORY_DAYS), weekdays


def future(generator: np.random.Generator, days: int, factor: float) -> Values:
    """Make the days to come, shape (days,), all of them at `factor` times the level of the past."""
    return factor * WEEKDAY_UNITS[np.arange(days) % 7] + generator.normal(0, NOISE_UNITS, days)
