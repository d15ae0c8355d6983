"""Find the day since when residuals differ. Knows arrays only."""

import numpy as np
from numpy.typing import NDArray

MIN_DAYS_AFTER_CHANGE = 3


def last_change(residuals: NDArray[np.float64]) -> int | None:
    """Return the index of the first day after the most likely single change of mean, for residuals of shape (n,).

    Dynamic programming over all splits into two segments with squared error as cost (Truong et al., Selective review
    of offline change point detection methods, 2020), by `ruptures`. None if there are too few days to split.
    """
    from ruptures import Dynp

    if len(residuals) < 2 * MIN_DAYS_AFTER_CHANGE:
        return None
    # jump=1: with the default, every fifth day alone is looked at
    split = Dynp(model="l2", min_size=MIN_DAYS_AFTER_CHANGE, jump=1).fit(residuals.reshape(-1, 1)).predict(n_bkps=1)
    return int(split[0])
