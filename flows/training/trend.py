"""Whether trend and day of the year would help on days to come: measured on folds in the order of time.

The method is evaluation on a rolling origin (Tashman, Out-of-sample tests of forecasting accuracy, 2000): the last
blocks of 28 days are each predicted from the days before them, once from the three codes and once with the dates.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import polars as pl

from flows.training.features import feature_columns, model_inputs
from flows.training.metrics import FEATURES, TARGET

FOLDS = 4
FOLD_DAYS = 28
MIN_LEARNED_DAYS = 56
MIN_GAIN = 0.2
"""Share by which the error has to fall before dates are worth it: such a model answers no codes alone."""
TREES = 30
MIN_LEAF_DAYS = 2


class TrendCheck(NamedTuple):
    """RMSE in units on the same days to come, over all folds, and in how many of the folds dates were better."""

    rmse_codes: float
    rmse_dates: float
    better: int
    folds: int

    @property
    def gain(self) -> float:
        """Share by which the error falls with dates; negative if it grows."""
        return 1 - self.rmse_dates / self.rmse_codes if self.rmse_codes else 0.0

    @property
    def helps(self) -> bool:
        """Whether dates are worth it: a clear gain, in more than half of the folds."""
        return self.gain >= MIN_GAIN and self.better * 2 > self.folds

    @property
    def metrics(self) -> dict[str, float]:
        """The metrics to log in MLflow, by name."""
        return {"trend_rmse_codes": self.rmse_codes, "trend_rmse_dates": self.rmse_dates}

    def __str__(self) -> str:
        """The finding in a sentence."""
        found = (
            f"On the last {self.folds} blocks of {FOLD_DAYS} days, each predicted from the days before, trend and day "
            f"of year change the RMSE from {self.rmse_codes:.4g} to {self.rmse_dates:.4g} ({-self.gain:+.0%})"
        )
        return f"{found}: set date_features to true or auto." if self.helps else f"{found}: they are not needed."


def check_trend(rows: pl.DataFrame, seed: int = 42) -> TrendCheck | None:
    """Measure a small forest with and without dates; None if there are too few days for one fold.

    `rows` has `Date`, the three codes and `Sales`; several rows of a date count as their mean.
    """
    days = rows.group_by("Date", *FEATURES).agg(pl.col(TARGET).mean()).sort("Date")
    squared = [
        [_squared_errors(earlier, later, dates, seed) for dates in (False, True)] for earlier, later in _folds(days)
    ]
    if not squared:
        return None
    codes, dates = (np.concatenate([fold[side] for fold in squared]) for side in (0, 1))
    better = sum(bool(fold[1].mean() < fold[0].mean()) for fold in squared)
    return TrendCheck(float(codes.mean() ** 0.5), float(dates.mean() ** 0.5), better, len(squared))


def _folds(days: pl.DataFrame) -> Iterator[tuple[pl.DataFrame, pl.DataFrame]]:
    distinct = days["Date"].unique().sort()
    for number in range(FOLDS, 0, -1):
        start = len(distinct) - number * FOLD_DAYS
        if start < MIN_LEARNED_DAYS:
            continue
        first, last = distinct[start], distinct[start + FOLD_DAYS - 1]
        yield days.filter(pl.col("Date") < first), days.filter(pl.col("Date").is_between(first, last))


def _squared_errors(
    earlier: pl.DataFrame, later: pl.DataFrame, dates: bool, seed: int
) -> "np.ndarray[tuple[int], np.dtype[np.float64]]":
    from sklearn.ensemble import RandomForestRegressor

    columns = feature_columns(date_features=dates)
    forest = RandomForestRegressor(n_estimators=TREES, min_samples_leaf=MIN_LEAF_DAYS, random_state=seed, n_jobs=1)
    forest.fit(model_inputs(earlier, columns), earlier[TARGET].to_numpy())
    predicted = np.maximum(forest.predict(model_inputs(later, columns)), 0.0)
    return np.asarray((later[TARGET].to_numpy() - predicted) ** 2, dtype=np.float64)
