"""The days that a champion is watched on: what is usual for it, and what was sold since. Knows frames, no server."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from flows.training.inference import predict
from flows.training.metrics import TARGET, Values

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class WatchedDays:
    """New days in order with what was sold and predicted, in units; shapes (n,)."""

    days: list[date]
    actual: Values
    predicted: Values
    inside_interval: "np.ndarray"

    @property
    def residuals(self) -> Values:
        """Actual minus predicted."""
        return self.actual - self.predicted

    def since(self, first: date) -> "WatchedDays":
        """Return the days from `first` on."""
        chosen = np.array([day >= first for day in self.days], dtype=bool)
        days = [day for day in self.days if day >= first]
        return WatchedDays(days, self.actual[chosen], self.predicted[chosen], self.inside_interval[chosen])


def honest_residuals(model: "Pipeline", test: pl.DataFrame) -> Values:
    """Return the residuals of a model on the test days of its own data version, in the order of days."""
    rows = test.sort("Date")
    return np.asarray(rows[TARGET].to_numpy().astype(np.float64) - predict(model, rows))


def predict_days(model: "Pipeline", rows: pl.DataFrame, metadata: Mapping[str, Any]) -> WatchedDays:
    """Predict rows of one a day, with codes and `Sales`."""
    if rows.is_empty():
        none = np.empty(0)
        return WatchedDays([], none, none, none.astype(bool))
    actual, predicted = rows[TARGET].to_numpy().astype(np.float64), predict(model, rows)
    offsets = metadata["interval"]["by_weekday"]
    limits = np.array([offsets[str(day)] for day in rows["DayOfWeek"]], dtype=np.float64)
    residuals = actual - predicted
    inside = (residuals >= limits[:, 0]) & (residuals <= limits[:, 1])
    return WatchedDays(rows["Date"].to_list(), actual, predicted, inside)
