"""Describes a rescaled champion as a training: metadata, evaluation and metrics. Knows frames, no storage or server."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from flows.training.evaluation_report import evaluation_report
from flows.training.inference import predict
from flows.training.metrics import TARGET, Scores, Values, score
from flows.training.rescale import rescaled

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

MAX_REFERENCE_DAYS = 365


@dataclass(frozen=True)
class RescaledModel:
    """A champion at a new level, with what is registered beside it. `test` are its scores on the stable test set."""

    model: "Pipeline"
    metadata: dict[str, Any]
    evaluation: dict[str, object]
    test: Scores


def rescale_champion(
    champion: "Pipeline", metadata: Mapping[str, Any], factor: float, test: pl.DataFrame, data_version: str
) -> RescaledModel:
    """Return the champion at `factor` times its level, scored on `test`, with its metadata moved likewise.

    The errors of cross-validation are moved too, as those of the champion's search at the new level.
    """
    model = rescaled(champion, factor)
    actual, predicted = test[TARGET].to_numpy().astype(np.float64), predict(model, test)
    scores = score(actual, predicted)
    offsets = {day: [factor * limit for limit in limits] for day, limits in metadata["interval"]["by_weekday"].items()}
    moved = {
        **metadata,
        "interval": {**metadata["interval"], "by_weekday": offsets},
        "weekday_means": {day: factor * mean for day, mean in metadata["weekday_means"].items()},
        "metrics": {
            "cv_mse": factor**2 * metadata["metrics"]["cv_mse"],
            "cv_rmse": factor * metadata["metrics"]["cv_rmse"],
            "test_mse": scores.mse,
            "test_rmse": scores.rmse,
            "test_r2": scores.r2,
        },
        "data_version": data_version,
        "trained_at": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
    }
    return RescaledModel(model, moved, evaluation_report(test, predicted, offsets), scores)


def reference_residuals(before: Sequence[float] | Values, factor: float, residuals: Values) -> list[float]:
    """Return what is usual at the new level: residuals before it times `factor`, then those of the days since."""
    moved = [factor * float(residual) for residual in before]
    return [round(float(residual), 2) for residual in [*moved, *residuals]][-MAX_REFERENCE_DAYS:]
