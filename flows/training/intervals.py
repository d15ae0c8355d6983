"""Prediction intervals from out-of-fold residuals. Knows arrays only."""

import math

import numpy as np
from numpy.typing import NDArray

LEVEL = 0.9


def half_width(residuals: NDArray[np.float64], level: float) -> float:
    """Split-conformal quantile of absolute residuals, shape (n,): the ceil((n + 1) level)-th smallest.

    Lei et al., Distribution-Free Predictive Inference for Regression (2018), algorithm 2. Infinite for a small n.
    """
    rank = math.ceil((len(residuals) + 1) * level)
    if rank > len(residuals):
        return math.inf
    return float(np.sort(np.abs(residuals))[rank - 1])


def by_weekday(
    weekdays: NDArray[np.int64], residuals: NDArray[np.float64], level: float = LEVEL
) -> dict[str, list[float]]:
    """Offsets `[lower, upper]` in units for the weekdays 1 to 7, from arrays of shape (n,).

    A weekday with too few residuals takes the quantile of all days.
    """
    everywhere = half_width(residuals, level)
    if math.isinf(everywhere):
        everywhere = float(np.max(np.abs(residuals)))
    widths = {day: half_width(residuals[weekdays == day], level) for day in range(1, 8)}
    return {
        str(day): [-width, width]
        for day, width in ((day, everywhere if math.isinf(width) else width) for day, width in widths.items())
    }


def coverage(weekdays: NDArray[np.int64], residuals: NDArray[np.float64], offsets: dict[str, list[float]]) -> float:
    """Share of residuals (actual minus predicted, shape (n,)) that fall inside the interval of their weekday."""
    lower, upper = np.array([offsets[str(day)] for day in weekdays]).T
    return float(np.mean((residuals >= lower) & (residuals <= upper)))
