"""Champion and challenger on the same rows. Knows frames, not where they came from."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from flows.search import threads_for
from flows.training.features import inputs
from flows.training.metrics import FEATURES, TARGET, Scores, Values, confidence, score

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

COLUMNS = ["Date", *FEATURES, TARGET]


class Comparison(NamedTuple):
    """Both scores on the same rows, how sure the difference is, and how many test rows the champion had seen."""

    challenger: Scores
    champion: Scores
    confidence: float
    seen_by_champion: int


def unseen(test: pl.DataFrame, trained_on: pl.DataFrame | None) -> pl.DataFrame:
    """The test rows that a model was not trained on; all of them when that would leave none to score."""
    if trained_on is None:
        return test
    others = test.join(trained_on.select(COLUMNS).unique(), on=COLUMNS, how="anti", maintain_order="left")
    return test if others.is_empty() else others


def compare(
    challenger: "Pipeline", champion: "Pipeline", test: pl.DataFrame, champion_train: pl.DataFrame | None
) -> Comparison:
    """Score both afresh on the rows of `test` that the champion has not seen."""
    rows = unseen(test, champion_train)
    actual = rows[TARGET].to_numpy().astype(np.float64)
    ours, theirs = predict(challenger, rows), predict(champion, rows)
    return Comparison(
        score(actual, ours), score(actual, theirs), confidence(actual, theirs, ours), len(test) - len(rows)
    )


def predict(model: "Pipeline", rows: pl.DataFrame) -> Values:
    """Predict units, shape (len(rows),), from the columns that the model was fitted on; never below 0, as the API."""
    with threads_for(len(rows)):
        units = np.asarray(model.predict(inputs(rows, model.feature_names_in_)), dtype=np.float64)
    return np.maximum(units, 0.0)
