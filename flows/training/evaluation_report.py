"""Summarises a model's test set for charts (`evaluation.json`). Knows data frames, no MLflow."""

import numpy as np
import polars as pl

from flows.training import intervals
from flows.training.metrics import FEATURES, TARGET, Values

MAX_POINTS = 500
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)


def evaluation_report(test: pl.DataFrame, predicted: Values, offsets: dict[str, list[float]]) -> dict[str, object]:
    """Return points and residuals of `predicted`, shape (len(test),), in units, as docs/contracts.md describes them.

    There are at most `MAX_POINTS` points, evenly spread over the rows. Residuals by weekday cover all rows.
    """
    rows = test.select("Date", *FEATURES, TARGET).with_columns(pl.Series("predicted", predicted.round(2)))
    residuals = rows[TARGET].to_numpy().astype(np.float64) - predicted
    weekdays = rows["DayOfWeek"].to_numpy()
    every = -(-len(rows) // MAX_POINTS)
    return {
        "rows": len(rows),
        "interval": {"level": intervals.INTERVAL_LEVEL, "coverage": intervals.coverage(weekdays, residuals, offsets)},
        "points": [_point(row) for row in rows.gather_every(every).iter_rows(named=True)],
        "residuals": {str(day): _spread(residuals[weekdays == day], offsets[str(day)]) for day in np.unique(weekdays)},
    }


def _point(row: dict[str, object]) -> dict[str, object]:
    codes = {name: row[name] for name in FEATURES}
    return {"Date": str(row["Date"]), **codes, "actual": row[TARGET], "predicted": row["predicted"]}


def _spread(residuals: Values, limits: list[float]) -> dict[str, object]:
    lower, upper = limits
    return {
        "rows": len(residuals),
        "mean": round(float(residuals.mean()), 2),
        "quantiles": [round(float(units), 2) for units in np.quantile(residuals, QUANTILES)],
        "coverage": float(np.mean((residuals >= lower) & (residuals <= upper))),
    }
