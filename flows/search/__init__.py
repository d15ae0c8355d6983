"""Searches a grid of random forests. Knows scikit-learn and numpy; no Prefect, MLflow, S3 or settings."""

from flows.search.result import SearchResult
from flows.search.run import search
from flows.search.space import DEFAULT_GRID, pipeline

__all__ = ["DEFAULT_GRID", "SearchResult", "pipeline", "search"]
