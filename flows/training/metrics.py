"""Scores predictions on one test set. Knows arrays only."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd

FEATURES = ["DayOfWeek", "Season", "Holiday"]
TARGET = "Sales"

Values = NDArray[np.float64]


class Scores(NamedTuple):
    """Errors on a test set, in units of sales (mse: units squared)."""

    mse: float
    rmse: float
    mae: float
    r2: float
    rows: int


def score(actual: Values, predicted: Values) -> Scores:
    """Score predictions against actual values, both of shape (n,), n at least 1."""
    residual = actual - predicted
    mse = float(np.mean(residual**2))
    spread = float(np.sum((actual - actual.mean()) ** 2))
    r2 = 1 - float(np.sum(residual**2)) / spread if spread > 0 else float("nan")
    return Scores(mse, mse**0.5, float(np.mean(np.abs(residual))), r2, len(actual))


def group_means(train: "pd.DataFrame", test: "pd.DataFrame", by: list[str]) -> Values:
    """Predict each test row by its group's mean in train, an unseen group by the mean of all: shape (len(test),)."""
    means = train.groupby(by)[TARGET].mean().rename("mean")
    joined = test[by].join(means, on=by)["mean"].fillna(train[TARGET].mean())
    return joined.to_numpy(dtype=np.float64)


def naive_scores(train: "pd.DataFrame", test: "pd.DataFrame") -> dict[str, Scores]:
    """Score the naive predictions that a model should beat."""
    actual = test[TARGET].to_numpy(dtype=np.float64)
    return {
        "weekday mean": score(actual, group_means(train, test, ["DayOfWeek"])),
        "cell mean": score(actual, group_means(train, test, FEATURES)),
    }


def bootstrap_confidence(
    actual: Values, champion: Values, challenger: Values, *, draws: int = 2000, seed: int = 42
) -> float:
    """Return the share of paired bootstrap samples in which the challenger's squared error is the lower.

    Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 16. All arrays of shape (n,).
    """
    gain = (actual - champion) ** 2 - (actual - challenger) ** 2
    # row counts of a bootstrap sample are multinomial, so no (draws, n) array of indices is needed
    counts = np.random.default_rng(seed).multinomial(len(gain), np.full(len(gain), 1 / len(gain)), size=draws)
    return float(np.mean(counts @ gain > 0))
