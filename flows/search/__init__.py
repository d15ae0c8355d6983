"""Searches a grid of random forests. Knows scikit-learn and numpy only."""

from flows.search.errors import SearchError
from flows.search.executor import Executor, run_locally
from flows.search.grid_search import Trial, exhaustive_search
from flows.search.param_grid import DEFAULT_GRID, pipeline
from flows.search.result import SearchResult
from flows.search.search import search
from flows.search.threads import limit_threads

__all__ = [
    "DEFAULT_GRID",
    "Executor",
    "SearchError",
    "SearchResult",
    "Trial",
    "exhaustive_search",
    "limit_threads",
    "pipeline",
    "run_locally",
    "search",
]
