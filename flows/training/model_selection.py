"""Searches every candidate on the same folds and names the best. Knows no kind of model, no data's origin."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.search import SearchError, SearchResult, Spread, Trial, here, plain_search, search
from flows.training.candidates import RIVALS, Candidate
from flows.training.training_data import Recipe

if TYPE_CHECKING:
    import pandas as pd

Progress = Callable[[float, str], None]
FOLDS = 5


def best_candidate(
    features: "pd.DataFrame",
    sales: "pd.Series",
    recipe: Recipe,
    progress: Progress | None = None,
    spread: Spread = here,
) -> SearchResult:
    """The candidate with the best cross-validated score; the one named first where two are equal.

    Its table has every point of every candidate: `candidate`, then the columns of `SearchResult.table`, ranked
    over all; a parameter that a candidate has not is NaN.
    """
    if len(features) < FOLDS:
        raise SearchError(f"Train has {len(features)} rows, fewer than {FOLDS} folds: give more days to `make etl`.")
    names = list(dict.fromkeys(recipe.candidates))
    results = [
        _search(name, features, sales, recipe, _share_of(progress, number, len(names)), spread)
        for number, name in enumerate(names)
    ]
    winner = max(range(len(names)), key=lambda number: results[number].best_score)
    above = sum(len(result.table) for result in results[:winner])
    notes = [f"{result.candidate}: {note}" for result in results for note in result.notes]
    best = results[winner]
    return replace(best, table=_joined(results), best_index=above + best.best_index, notes=notes)


def _search(
    name: Candidate,
    features: "pd.DataFrame",
    sales: "pd.Series",
    recipe: Recipe,
    progress: Progress,
    spread: Spread,
) -> SearchResult:
    if name == "forest":
        return search(features, sales, recipe.grid, folds=FOLDS, seed=recipe.seed, progress=progress, spread=spread)
    from sklearn.model_selection import ParameterGrid

    make, grid = RIVALS[name]
    points = list(ParameterGrid({parameter: list(values) for parameter, values in grid.items()}))
    found = plain_search(
        Trial(make(recipe.seed), features, sales, FOLDS),
        points,
        lambda share: progress(share, f"Searching {name}: {share:.0%} of the points"),
        note=f"{len(points)} grid points, each fitted on the rows.",
        spread=spread,
    )
    return replace(found, candidate=name)


def _share_of(progress: Progress | None, number: int, of: int) -> Progress:
    def tell(share: float, words: str) -> None:
        if progress:
            progress((number + share) / of, words)

    return tell


def _joined(results: Sequence[SearchResult]) -> "pd.DataFrame":
    import pandas as pd
    from scipy.stats import rankdata

    table = pd.concat([result.table.assign(candidate=result.candidate) for result in results], ignore_index=True)
    columns = [str(name) for name in table.columns if name != "candidate"]
    parameters = [name for name in columns if name.startswith("param_")]
    others = [name for name in columns if name not in parameters]
    ranks = rankdata(-table["mean"].to_numpy(), method="min").astype(int)
    return table.assign(rank=ranks)[["candidate", *parameters, *others]]
