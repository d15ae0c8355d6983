"""Learn a new level from the days since a change, and judge it on days it was not fitted on. Knows arrays only."""

import numpy as np
from numpy.typing import NDArray

Values = NDArray[np.float64]

MIN_FRESH_DAYS = 4


def level_factor(actual: Values, predicted: Values) -> float:
    """Return units sold over units predicted, arrays of shape (n,): the ratio estimator of a changed level.

    Raises:
        ValueError: nothing was predicted, or nothing was sold.
    """
    sold, expected = float(np.sum(actual)), float(np.sum(predicted))
    if not (sold > 0 and expected > 0):
        raise ValueError("a level needs units sold and units predicted above zero")
    return sold / expected


def cross_fitted(actual: Values, predicted: Values) -> Values:
    """Rescale predictions, shape (n,) in the order of days, each by the level of the days that are not its own.

    Days of even index are predicted with the level of the odd ones, and the other way round. So every day judges a
    level that it did not help to fit.

    Raises:
        ValueError: fewer than `MIN_FRESH_DAYS` days, or a half without sales.
    """
    if len(actual) < MIN_FRESH_DAYS:
        raise ValueError(f"{len(actual)} days are too few to learn a level and judge it: {MIN_FRESH_DAYS} at least")
    even = np.arange(len(actual)) % 2 == 0
    factors = np.where(even, level_factor(actual[~even], predicted[~even]), level_factor(actual[even], predicted[even]))
    return np.asarray(predicted * factors, dtype=np.float64)
