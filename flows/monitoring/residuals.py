"""Standardise forecast errors, so that one set of limits fits every game. Knows arrays only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MIN_REFERENCE_DAYS = 30
MAX_AUTOCORRELATION = 0.6
CLIP_STANDARD_DEVIATIONS = 3.0


class TooFewDaysError(ValueError):
    """There are too few reference residuals to say what is usual."""


@dataclass(frozen=True)
class Reference:
    """What is usual: mean and standard deviation of residuals in units, and their correlation from day to day.

    `autocorrelation` is that of lag 1, from 0 to `MAX_AUTOCORRELATION`.
    """

    mean: float
    standard_deviation: float
    autocorrelation: float
    days: int


def describe(residuals: Values) -> Reference:
    """Measure reference residuals, shape (n,), actual minus predicted in units, in the order of days.

    They must come from days that the model was not trained on.

    Raises:
        TooFewDaysError: fewer than `MIN_REFERENCE_DAYS`, or all residuals are equal.
    """
    if len(residuals) < MIN_REFERENCE_DAYS:
        raise TooFewDaysError(f"{len(residuals)} reference days, and the watch needs {MIN_REFERENCE_DAYS}")
    mean, deviation = float(np.mean(residuals)), float(np.std(residuals, ddof=1))
    if not deviation > 0:
        raise TooFewDaysError("all reference residuals are equal, so there is no scale to measure by")
    standardised = (residuals - mean) / deviation
    lag_one = float(np.mean(standardised[1:] * standardised[:-1]))
    return Reference(mean, deviation, float(np.clip(lag_one, 0.0, MAX_AUTOCORRELATION)), len(residuals))


def signed(residuals: Values, reference: Reference) -> Values:
    """Return residuals in standard deviations, clipped, and shrunk if days are correlated.

    A sum of correlated values spreads more than one of independent values, by the factor
    sqrt((1 + r) / (1 - r)) for a first-order autoregression. Dividing by it keeps the rate of false alarms.
    """
    clipped = np.clip(
        (residuals - reference.mean) / reference.standard_deviation, -CLIP_STANDARD_DEVIATIONS, CLIP_STANDARD_DEVIATIONS
    )
    return np.asarray(clipped / _inflation(reference.autocorrelation), dtype=np.float64)


def squared(residuals: Values, reference: Reference) -> Values:
    """Return clipped squared residuals, in squared standard deviations, shrunk if days are correlated.

    The squares of a first-order autoregression are correlated by the square of its coefficient.
    """
    z = (residuals - reference.mean) / reference.standard_deviation
    squares = np.minimum(z**2, CLIP_STANDARD_DEVIATIONS**2)
    return np.asarray(squares / _inflation(reference.autocorrelation**2), dtype=np.float64)


def _inflation(correlation: float) -> float:
    return float(np.sqrt((1 + correlation) / (1 - correlation)))
