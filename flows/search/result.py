"""The result of a search. Knows nothing of how it was computed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline


@dataclass(frozen=True)
class SearchResult:
    """The best point of a grid, its model, and all scores.

    best_params   parameters of the winner, as the grid gives them
    best_score    its mean over the folds of the negative MSE, in units of sales squared
    best_index    its row in `table`
    model         the pipeline with `best_params`, fitted on every row
    table         a row a grid point, in ParameterGrid's order: `param_NAME` …, `fold_1` … (negative MSE),
                  `mean`, `std`, `rank`, `fit_seconds` (of growing the trees that this point alone needed,
                  on all folds), `way` (`cells`, `rows`, `shared`, `plain`: see `search`)
    out_of_fold   (rows,) predictions with `best_params`, each by the fold that left the row out
    notes         sentences: which strategy was used, and why no faster one
    candidate     the kind of model that won
    """

    best_params: dict[str, object]
    best_score: float
    best_index: int
    model: Pipeline
    table: pd.DataFrame
    out_of_fold: NDArray[np.float64]
    notes: list[str]
    candidate: str = "forest"
