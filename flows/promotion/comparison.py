"""Scores champion and challenger on the same rows. Knows data frames, not where they came from."""

from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import polars as pl

from flows.training.inference import predict
from flows.training.metrics import FEATURES, TARGET, Scores, bootstrap_confidence, score

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

ROW_COLUMNS = ["Date", *FEATURES, TARGET]
MIN_RECENT_ROWS = 10


class Comparison(NamedTuple):
    """Both scores on the same rows.

    `confidence` is the bootstrap confidence that the challenger is better, from 0 to 1. `excluded_rows` is the number
    of test rows left out because the champion was trained on them. `since` is the first day of the level that the
    champion learned, None for most; `recent` are then the scores on the rows since that day, if there are
    `MIN_RECENT_ROWS`.
    """

    challenger: Scores
    champion: Scores
    confidence: float
    excluded_rows: int
    since: date | None = None
    recent: "Comparison | None" = None

    @property
    def decisive(self) -> "Comparison | None":
        """The scores that decide: days before a change say nothing about a champion that learned it."""
        return self.recent if self.since else self


def exclude_seen_rows(test: pl.DataFrame, train: pl.DataFrame | None) -> pl.DataFrame:
    """Return the test rows that are not in `train`; all test rows if that would leave none."""
    if train is None:
        return test
    unseen = test.join(train.select(ROW_COLUMNS).unique(), on=ROW_COLUMNS, how="anti", maintain_order="left")
    return test if unseen.is_empty() else unseen


def compare(
    challenger: "Pipeline",
    champion: "Pipeline",
    test: pl.DataFrame,
    champion_train: pl.DataFrame | None,
    since: date | None = None,
) -> Comparison:
    """Score both models on the rows of `test` that the champion was not trained on, and on those from `since` on."""
    rows = exclude_seen_rows(test, champion_train)
    whole = _score_both(challenger, champion, rows)._replace(excluded_rows=len(test) - len(rows), since=since)
    newest = rows.filter(pl.col("Date") >= since) if since else rows.clear()
    if len(newest) < MIN_RECENT_ROWS:
        return whole
    return whole._replace(recent=_score_both(challenger, champion, newest))


def _score_both(challenger: "Pipeline", champion: "Pipeline", rows: pl.DataFrame) -> Comparison:
    actual = rows[TARGET].to_numpy().astype(np.float64)
    ours, theirs = predict(challenger, rows), predict(champion, rows)
    return Comparison(
        score(actual, ours),
        score(actual, theirs),
        bootstrap_confidence(actual, theirs, ours),
        excluded_rows=0,
    )
