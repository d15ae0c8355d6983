"""Searches every candidate on the same folds and returns the best. Does not depend on the kind of model."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from flows.search import Executor, SearchError, SearchResult, Trial, exhaustive_search, run_locally, search
from flows.training.candidates import CANDIDATE_SPECS, Candidate
from flows.training.training_data import TrainingConfig

if TYPE_CHECKING:
    import pandas as pd

ReportProgress = Callable[[float, str], None]
CV_FOLDS = 5


def select_best_candidate(
    features: "pd.DataFrame",
    sales: "pd.Series",
    config: TrainingConfig,
    progress: ReportProgress | None = None,
    executor: Executor = run_locally,
) -> SearchResult:
    """Return the candidate with the best cross-validated score; the first one named if two are equal.

    Its table holds every grid point of every candidate, ranked together: `candidate`, then the columns of
    `SearchResult.table`. A parameter that a candidate does not have is NaN.
    """
    if len(features) < CV_FOLDS:
        raise SearchError(f"Train has {len(features)} rows, fewer than {CV_FOLDS} folds: give more days to `make etl`.")
    names = list(dict.fromkeys(config.candidates))
    results = [
        _search(name, features, sales, config, _progress_part(progress, number, len(names)), executor)
        for number, name in enumerate(names)
    ]
    winner = max(range(len(names)), key=lambda number: results[number].best_score)
    rows_above = sum(len(result.table) for result in results[:winner])
    notes = [f"{result.candidate}: {note}" for result in results for note in result.notes]
    best = results[winner]
    return replace(best, table=_combined_table(results), best_index=rows_above + best.best_index, notes=notes)


def _search(
    name: Candidate,
    features: "pd.DataFrame",
    sales: "pd.Series",
    config: TrainingConfig,
    progress: ReportProgress,
    executor: Executor,
) -> SearchResult:
    if name == "forest":
        return search(
            features, sales, config.grid, folds=CV_FOLDS, seed=config.seed, progress=progress, executor=executor
        )
    from sklearn.model_selection import ParameterGrid

    make, grid = CANDIDATE_SPECS[name]
    points = list(ParameterGrid({parameter: list(values) for parameter, values in grid.items()}))
    found = exhaustive_search(
        Trial(make(config.seed), features, sales, CV_FOLDS),
        points,
        lambda share: progress(share, f"Searching {name}: {share:.0%} of the points"),
        note=f"{len(points)} grid points, each fitted on the rows.",
        executor=executor,
    )
    return replace(found, candidate=name)


def _progress_part(progress: ReportProgress | None, number: int, candidates: int) -> ReportProgress:
    def report(share: float, message: str) -> None:
        if progress:
            progress((number + share) / candidates, message)

    return report


def _combined_table(results: Sequence[SearchResult]) -> "pd.DataFrame":
    import pandas as pd
    from scipy.stats import rankdata

    table = pd.concat([result.table.assign(candidate=result.candidate) for result in results], ignore_index=True)
    columns = [str(name) for name in table.columns if name != "candidate"]
    parameters = [name for name in columns if name.startswith("param_")]
    others = [name for name in columns if name not in parameters]
    ranks = rankdata(-table["mean"].to_numpy(), method="min").astype(int)
    return table.assign(rank=ranks)[["candidate", *parameters, *others]]
