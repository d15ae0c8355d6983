"""The interface of what computes the parts of a search, and the executor of one process."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


class Executor(Protocol):
    """Computes `function(shared, item)` for each item and yields the results in the order of the items."""

    def __call__(self, function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
        """Yield the results. `function` must not change its arguments."""


def run_locally(function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
    """Compute the results one after another in this process, each when it is requested."""
    return (function(shared, item) for item in items)
