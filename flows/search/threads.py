"""Limits the threads of scikit-learn's boosting. Knows no model."""

from contextlib import AbstractContextManager
from typing import cast

MIN_PARALLEL_ROWS = 100_000
"""Below this, a second thread costs more time than it saves; on busy cores, thirty times as much."""


def limit_threads(rows: int) -> AbstractContextManager[object]:
    """Limit OpenMP to one thread for small tables. The number of threads does not change predictions after a fit."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    limits = threadpool_limits(1 if rows < MIN_PARALLEL_ROWS else None, "openmp")
    return cast("AbstractContextManager[object]", limits)
