"""Makes the table of scores, ranked as GridSearchCV ranks. Knows nothing of how they were computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd


def score_table(
    points: Sequence[Mapping[str, Any]],
    scores: Sequence[Sequence[float]],
    seconds: Sequence[float],
    strategies: Sequence[str],
) -> pd.DataFrame:
    """Make the table of a SearchResult with GridSearchCV's formulas; `scores` has shape (points, folds)."""
    import pandas as pd
    from scipy.stats import rankdata

    by_fold = np.array(scores, dtype=np.float64)
    mean = np.average(by_fold, axis=1)
    std = np.sqrt(np.average((by_fold - mean[:, np.newaxis]) ** 2, axis=1))
    # as objects, or pandas would turn None into NaN and whole numbers into fractions
    table = pd.DataFrame({f"param_{name}": _objects([p[name] for p in points]) for name in points[0]})
    for fold, column in enumerate(by_fold.T, 1):
        table[f"fold_{fold}"] = column
    return table.assign(
        mean=mean, std=std, rank=rankdata(-mean, method="min").astype(int), fit_seconds=seconds, way=strategies
    )


def _objects(values: Sequence[Any]) -> pd.Series:
    import pandas as pd

    return pd.Series(values, dtype=object)
