"""Scores champion and challenger on the same rows. Knows data frames, not where they came from."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from flows.training.inference import predict
from flows.training.metrics import FEATURES, TARGET, Scores, bootstrap_confidence, score

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ROW_COLUMNS = ["Date", *FEATURES, TARGET]


class Comparison(NamedTuple):
    """Both scores on the same rows.

    `confidence` is the bootstrap confidence that the challenger is better, from 0 to 1. `excluded_rows` is the number
    of test rows left out because the champion was trained on them.
    """

    challenger: Scores
    champion: Scores
    confidence: float
    excluded_rows: int


def exclude_seen_rows(test: pl.DataFrame, train: pl.DataFrame | None) -> pl.DataFrame:
    """Return the test rows that are not in `train`; all test rows if that would leave none."""
    if train is None:
        return test
    unseen = test.join(train.select(ROW_COLUMNS).unique(), on=ROW_COLUMNS, how="anti", maintain_order="left")
    return test if unseen.is_empty() else unseen


def compare(
    challenger: "Pipeline", champion: "Pipeline", test: pl.DataFrame, champion_train: pl.DataFrame | None
) -> Comparison:
    """Score both models on the rows of `test` that the champion was not trained on."""
    rows = exclude_seen_rows(test, champion_train)
    actual = rows[TARGET].to_numpy().astype(np.float64)
    ours, theirs = predict(challenger, rows), predict(champion, rows)
    return Comparison(
        score(actual, ours),
        score(actual, theirs),
        bootstrap_confidence(actual, theirs, ours),
        len(test) - len(rows),
    )
