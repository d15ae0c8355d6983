"""Builds a model's input columns: the three codes and, on request, date features. Knows data frames, no model."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import polars as pl

from domain import features
from flows.training.metrics import FEATURES

if TYPE_CHECKING:
    import pandas as pd

DATE_FEATURES = list(features.DATE_FEATURES)


def feature_columns(*, date_features: bool) -> list[str]:
    """Return the columns in the order in which a model takes them."""
    return FEATURES + DATE_FEATURES * date_features


def model_inputs(rows: pl.DataFrame, columns: Sequence[str]) -> "pd.DataFrame":
    """Return these columns of `rows` as whole numbers; those of `DATE_FEATURES` are computed from `Date`.

    `Trend` is the number of days since `domain.features.TREND_FROM`, `DayOfYear` counts from 1 on the first of January.
    """
    if set(columns).isdisjoint(DATE_FEATURES):
        return rows.select(columns).to_pandas()
    trend = (pl.col("Date") - features.TREND_FROM).dt.total_days()
    day = pl.col("Date").dt.ordinal_day().cast(pl.Int64)
    return rows.with_columns(Trend=trend, DayOfYear=day).select(columns).to_pandas()
