"""Predicts units for rows of a data version, as the API does for requests."""

from typing import TYPE_CHECKING

import numpy as np
import polars as pl

from flows.search import limit_threads
from flows.training.features import model_inputs
from flows.training.metrics import Values

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def predict(model: "Pipeline", rows: pl.DataFrame) -> Values:
    """Predict units, shape (len(rows),), from the columns that the model was fitted on; never below 0."""
    with limit_threads(len(rows)):
        units = np.asarray(model.predict(model_inputs(rows, model.feature_names_in_)), dtype=np.float64)
    return np.maximum(units, 0.0)
