"""Where the parts of a search are computed: here, unless somebody spreads them over machines. Knows no search."""

from collections.abc import Callable, Iterator, Sequence
from typing import Protocol, TypeVar

S = TypeVar("S")
T = TypeVar("T")
R = TypeVar("R")


class Spread(Protocol):
    """Computes `function(shared, item)` for each item, and gives the results in the order of the items."""

    def __call__(self, function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
        """The results; `function` changes nothing that it is given."""


def here(function: Callable[[S, T], R], shared: S, items: Sequence[T]) -> Iterator[R]:
    """One after the other in this process, each when it is asked for."""
    return (function(shared, item) for item in items)
