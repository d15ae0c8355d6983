"""Trains and describes one model. Knows frames and scikit-learn; nothing of where they come from or go to."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl

from domain.calendar import CalendarFit
from flows.promotion.comparison import predict
from flows.search import SearchResult, Spread, here
from flows.training import intervals
from flows.training.backtest import chronological
from flows.training.features import inputs, names
from flows.training.metrics import FEATURES, TARGET, Scores, Values, references, score
from flows.training.model_selection import best_candidate
from flows.training.training_data import Recipe


@dataclass(frozen=True)
class Trained:
    """A search's winner with its scores on the test set; `predicted` has a value in units for each test row.

    `chronological` is what the winner's parameters score on the last 30 % of days, None where there are too few.
    """

    search: SearchResult
    test: Scores
    references: dict[str, Scores]
    interval: dict[str, list[float]]
    coverage: float
    predicted: Values
    chronological: Scores | None

    @property
    def metrics(self) -> dict[str, float]:
        """What is logged, by the names that `product.md` fixes."""
        cv_mse = -self.search.best_score
        named = {"cv_mse": cv_mse, "cv_rmse": cv_mse**0.5, "test_mse": self.test.mse, "test_rmse": self.test.rmse}
        naive = {f"reference_{name.replace(' ', '_')}_rmse": s.rmse for name, s in self.references.items()}
        rest = {"test_r2": self.test.r2, "test_mae": self.test.mae, "interval_coverage": self.coverage}
        later = {"chronological_rmse": self.chronological.rmse} if self.chronological else {}
        return named | rest | naive | later


def train(
    train_rows: pl.DataFrame,
    test_rows: pl.DataFrame,
    recipe: Recipe,
    progress: Callable[[float, str], None] | None = None,
    spread: Spread = here,
) -> Trained:
    """Search what the recipe names on the train rows, score the winner and the naive references on the test rows."""
    rows = train_rows.to_pandas()
    features = inputs(train_rows, names(date_features=recipe.date_features))
    found = best_candidate(features, rows[TARGET], recipe, progress, spread)
    residuals = rows[TARGET].to_numpy(dtype=np.float64) - np.maximum(found.out_of_fold, 0.0)
    offsets = intervals.by_weekday(rows["DayOfWeek"].to_numpy(), residuals)
    actual, predicted = test_rows[TARGET].to_numpy().astype(np.float64), predict(found.model, test_rows)
    return Trained(
        search=found,
        test=score(actual, predicted),
        references=references(rows, test_rows.to_pandas()),
        interval=offsets,
        coverage=intervals.coverage(test_rows["DayOfWeek"].to_numpy(), actual - predicted, offsets),
        predicted=predicted,
        chronological=chronological(found.model, train_rows, test_rows),
    )


def about(
    trained: Trained, train_rows: pl.DataFrame, data_version: str, calendar: CalendarFit | None = None
) -> dict[str, object]:
    """`metadata.steam_sales` of `docs/contracts.md`: what the API has to know beside the model."""
    means = train_rows.group_by("DayOfWeek").agg(pl.col(TARGET).mean()).sort("DayOfWeek")
    logged = ("cv_mse", "cv_rmse", "test_mse", "test_rmse", "test_r2")
    return {
        "features": list(trained.search.model.feature_names_in_),
        "interval": {"level": intervals.LEVEL, "by_weekday": trained.interval},
        "seen": [list(row) for row in train_rows.select(FEATURES).unique().sort(FEATURES).iter_rows()],
        "weekday_means": {str(day): mean for day, mean in means.iter_rows()},
        "metrics": {name: trained.metrics[name] for name in logged},
        "data_version": data_version,
        **({"calendar": calendar.model_dump(mode="json")} if calendar else {}),
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
