"""Trains and describes one model. Knows data frames and scikit-learn; no storage and no server."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from math import isfinite

import numpy as np
import polars as pl

from domain.calendar import CalendarFit
from flows.search import Executor, SearchResult, run_locally
from flows.training import intervals
from flows.training.backtest import chronological_scores
from flows.training.features import feature_columns, model_inputs
from flows.training.inference import predict
from flows.training.metrics import FEATURES, TARGET, Scores, Values, naive_scores, score
from flows.training.model_selection import select_best_candidate
from flows.training.training_data import TrainingConfig
from flows.training.trend import TrendCheck, check_trend


@dataclass(frozen=True)
class TrainingResult:
    """A search's winner with its scores on the test set; `predicted` holds units for each test row.

    `chronological_scores` are those of the winner's parameters on the last 30 % of days, None if there are too few.
    `trend` says whether trend and day of year would help.
    """

    search: SearchResult
    test: Scores
    naive_scores: dict[str, Scores]
    interval: dict[str, list[float]]
    coverage: float
    predicted: Values
    chronological_scores: Scores | None
    trend: TrendCheck | None

    @property
    def metrics(self) -> dict[str, float]:
        """The finite metrics, by the name under which MLflow logs them."""
        cv_mse = -self.search.best_score
        named = {"cv_mse": cv_mse, "cv_rmse": cv_mse**0.5, "test_mse": self.test.mse, "test_rmse": self.test.rmse}
        naive = {f"reference_{name.replace(' ', '_')}_rmse": s.rmse for name, s in self.naive_scores.items()}
        rest = {"test_r2": self.test.r2, "test_mae": self.test.mae, "interval_coverage": self.coverage}
        later = {"chronological_rmse": self.chronological_scores.rmse} if self.chronological_scores else {}
        trend = (
            {"trend_rmse_codes": self.trend.rmse_codes, "trend_rmse_dates": self.trend.rmse_dates} if self.trend else {}
        )
        every = named | rest | naive | later | trend
        # R² is undefined where the actual sales do not vary; the API refuses a model with such a metric
        return {name: value for name, value in every.items() if isfinite(value)}


def train(
    train_rows: pl.DataFrame,
    test_rows: pl.DataFrame,
    config: TrainingConfig,
    progress: Callable[[float, str], None] | None = None,
    executor: Executor = run_locally,
) -> TrainingResult:
    """Search the candidates on the train rows; score the winner and the naive predictions on the test rows."""
    rows = train_rows.to_pandas()
    trend = check_trend(train_rows, config.seed)
    use_dates = bool(trend and trend.helps) if config.date_features == "auto" else config.date_features
    features = model_inputs(train_rows, feature_columns(date_features=use_dates))
    search = select_best_candidate(features, rows[TARGET], config, progress, executor)
    residuals = rows[TARGET].to_numpy(dtype=np.float64) - np.maximum(search.out_of_fold, 0.0)
    offsets = intervals.weekday_offsets(rows["DayOfWeek"].to_numpy(), residuals)
    actual, predicted = test_rows[TARGET].to_numpy().astype(np.float64), predict(search.model, test_rows)
    return TrainingResult(
        search=search,
        test=score(actual, predicted),
        naive_scores=naive_scores(rows, test_rows.to_pandas()),
        interval=offsets,
        coverage=intervals.coverage(test_rows["DayOfWeek"].to_numpy(), actual - predicted, offsets),
        predicted=predicted,
        chronological_scores=chronological_scores(search.model, train_rows, test_rows),
        trend=trend,
    )


def model_metadata(
    result: TrainingResult, train_rows: pl.DataFrame, data_version: str, calendar: CalendarFit | None = None
) -> dict[str, object]:
    """Return `metadata.steam_sales` of `docs/contracts.md`: what the API must know about the model."""
    means = train_rows.group_by("DayOfWeek").agg(pl.col(TARGET).mean()).sort("DayOfWeek")
    logged = ("cv_mse", "cv_rmse", "test_mse", "test_rmse", "test_r2")
    return {
        "features": list(result.search.model.feature_names_in_),
        "interval": {"level": intervals.INTERVAL_LEVEL, "by_weekday": result.interval},
        "seen": [list(row) for row in train_rows.select(FEATURES).unique().sort(FEATURES).iter_rows()],
        "weekday_means": {str(day): mean for day, mean in means.iter_rows()},
        "metrics": {name: value for name, value in result.metrics.items() if name in logged},
        "data_version": data_version,
        **({"calendar": calendar.model_dump(mode="json")} if calendar else {}),
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
