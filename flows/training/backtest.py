"""How a model does on days after those it learned from, whatever the split. Knows frames and scikit-learn."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from flows.promotion.comparison import predict
from flows.search import threads_for
from flows.training.features import inputs
from flows.training.metrics import FEATURES, TARGET, Scores, score

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

SHARE = 0.7


def by_time(rows: pl.DataFrame, share: float = SHARE) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows of the first `share` of the distinct days, and the rows of the others; no day is on both sides."""
    days = rows["Date"].unique().sort()
    first = days.head(round(share * len(days)))
    earlier = pl.col("Date").is_in(first.implode())
    return rows.filter(earlier).sort("Date", maintain_order=True), rows.filter(~earlier)


def chronological(model: "Pipeline", train_rows: pl.DataFrame, test_rows: pl.DataFrame) -> Scores | None:
    """Scores on the last 30 % of days of a fresh copy of `model`, fitted once on the days before them.

    None where there are too few days to have both sides. `model` itself is left as it is.
    """
    from sklearn.base import clone

    columns = ["Date", *FEATURES, TARGET]
    earlier, later = by_time(pl.concat([train_rows.select(columns), test_rows.select(columns)]))
    if earlier.is_empty() or later.is_empty():
        return None
    with threads_for(len(earlier)):
        fresh = clone(model).fit(inputs(earlier, model.feature_names_in_), earlier[TARGET].to_pandas())
    return score(later[TARGET].to_numpy().astype(np.float64), predict(fresh, later))
