"""Computes prediction intervals from out-of-fold residuals. Knows arrays only."""

import math

import numpy as np
from numpy.typing import NDArray

INTERVAL_LEVEL = 0.9


def half_width(residuals: NDArray[np.float64], level: float) -> float:
    """Return the ceil((n + 1) level)-th smallest absolute residual (shape (n,)): the split-conformal quantile.

    Lei et al., Distribution-Free Predictive Inference for Regression (2018), algorithm 2. Infinite for a small n.
    """
    rank = math.ceil((len(residuals) + 1) * level)
    if rank > len(residuals):
        return math.inf
    return float(np.sort(np.abs(residuals))[rank - 1])


def weekday_offsets(
    weekdays: NDArray[np.int64], residuals: NDArray[np.float64], level: float = INTERVAL_LEVEL
) -> dict[str, list[float]]:
    """Return offsets `[lower, upper]` in units for the weekdays 1 to 7, from arrays of shape (n,).

    A weekday with too few residuals uses the quantile of all days.
    """
    overall_width = half_width(residuals, level)
    if math.isinf(overall_width):
        overall_width = float(np.max(np.abs(residuals)))
    widths = {day: half_width(residuals[weekdays == day], level) for day in range(1, 8)}
    return {
        str(day): [-width, width]
        for day, width in ((day, overall_width if math.isinf(width) else width) for day, width in widths.items())
    }


def coverage(weekdays: NDArray[np.int64], residuals: NDArray[np.float64], offsets: dict[str, list[float]]) -> float:
    """Return the share of residuals (actual minus predicted, shape (n,)) inside the interval of their weekday."""
    lower, upper = np.array([offsets[str(day)] for day in weekdays]).T
    return float(np.mean((residuals >= lower) & (residuals <= upper)))
