"""Searches a grid of random forests. Knows scikit-learn and numpy; no Prefect, MLflow, S3 or settings."""

from flows.search.errors import SearchError
from flows.search.executor import Spread, here
from flows.search.grid_search import Trial, plain_search
from flows.search.param_grid import DEFAULT_GRID, pipeline
from flows.search.result import SearchResult
from flows.search.search import search
from flows.search.threads import threads_for

__all__ = [
    "DEFAULT_GRID",
    "SearchError",
    "SearchResult",
    "Spread",
    "Trial",
    "here",
    "pipeline",
    "plain_search",
    "search",
    "threads_for",
]
