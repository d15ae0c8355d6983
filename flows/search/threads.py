"""How many threads scikit-learn's boosting gets. Knows no model."""

from contextlib import AbstractContextManager
from typing import cast

MANY_ROWS = 100_000
"""Below, a second thread costs more than it brings; on busy cores, thirty times as much."""


def threads_for(rows: int) -> AbstractContextManager[object]:
    """While it lasts, as many OpenMP threads as so many rows are worth; their number changes no result."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]  # it has no types

    limits = threadpool_limits(1 if rows < MANY_ROWS else None, "openmp")
    return cast("AbstractContextManager[object]", limits)
