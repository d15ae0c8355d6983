"""Scores a model on days after its training days, whatever the split. Knows data frames and scikit-learn."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from flows.search import limit_threads
from flows.training.features import model_inputs
from flows.training.inference import predict
from flows.training.metrics import FEATURES, TARGET, Scores, score

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

TRAIN_DAY_SHARE = 0.7


def split_by_time(rows: pl.DataFrame, share: float = TRAIN_DAY_SHARE) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Split rows at the first `share` of the distinct days; no day is on both sides."""
    days = rows["Date"].unique().sort()
    first = days.head(round(share * len(days)))
    earlier = pl.col("Date").is_in(first.implode())
    return rows.filter(earlier).sort("Date", maintain_order=True), rows.filter(~earlier)


def chronological_scores(model: "Pipeline", train_rows: pl.DataFrame, test_rows: pl.DataFrame) -> Scores | None:
    """Fit a copy of `model` on the first 70 % of days and score it on the others.

    Return None if there are too few days for two sides. `model` itself does not change.
    """
    from sklearn.base import clone

    columns = ["Date", *FEATURES, TARGET]
    earlier, later = split_by_time(pl.concat([train_rows.select(columns), test_rows.select(columns)]))
    if earlier.is_empty() or later.is_empty():
        return None
    with limit_threads(len(earlier)):
        fresh = clone(model).fit(model_inputs(earlier, model.feature_names_in_), earlier[TARGET].to_pandas())
    return score(later[TARGET].to_numpy().astype(np.float64), predict(fresh, later))
