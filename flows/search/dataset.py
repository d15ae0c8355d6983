"""The table that is searched on, its rows numbered by distinct input. Knows nothing of trees."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Span = tuple[int, int]
"""Rows `start` up to, without, `stop`: those that a fold leaves out."""


@dataclass(frozen=True)
class Rows:
    """Features and sales as given, and `cell`: for each row the number of its distinct input."""

    features: pd.DataFrame
    sales: pd.Series
    cell: NDArray[np.intp]

    @classmethod
    def of(cls, features: pd.DataFrame, sales: pd.Series) -> Rows:
        """Numbers the distinct inputs."""
        by_position = features.set_axis(range(features.shape[1]), axis=1)
        groups = by_position.groupby(list(by_position), sort=False, dropna=False)
        return cls(features, sales, groups.ngroup().to_numpy().astype(np.intp))

    def __len__(self) -> int:
        return len(self.cell)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """The distinct inputs, in the order of their numbers."""
        example = np.empty(self.cell.max() + 1, dtype=np.intp)
        example[self.cell] = np.arange(len(self))
        return self.features.take(example)

    @cached_property
    def y(self) -> Floats:
        return self.sales.to_numpy(np.float64)

    @cached_property
    def squares(self) -> Floats:
        return self.y * self.y

    @cached_property
    def whole(self) -> bool:
        """Whether every sale is a whole number."""
        return bool(np.array_equal(self.y, np.rint(self.y)))

    def kept(self, span: Span) -> NDArray[np.intp]:
        """The positions of all rows but those of `span`."""
        return np.concatenate([np.arange(span[0]), np.arange(span[1], len(self))])

    def sums_without(self, spans: Sequence[Span], counts: Floats) -> Floats:
        """(spans, 4, inputs): per input a bag's distinct rows, count, sum and sum of squares of sales.

        For each span the bag is drawn from the other rows; `counts` is as long as these are. The spans
        are equally long and ascend, so that what lies before one span lies before all later ones too:
        each row is added up twice at most, whatever the number of spans.
        """
        length = spans[0][1] - spans[0][0]
        starts = [0, *(start for start, _ in spans)]
        stops = [*(stop for _, stop in spans), len(self)]
        before = [self._sums(a, b, counts[a:b]) for a, b in pairwise(starts)]
        after = [self._sums(a, b, counts[a - length : b - length]) for a, b in pairwise(stops)]
        return np.cumsum(before, axis=0) + np.cumsum(after[::-1], axis=0)[::-1]

    def _sums(self, start: int, stop: int, counts: Floats) -> Floats:
        weights = (counts > 0, counts, counts * self.y[start:stop], counts * self.squares[start:stop])
        cell, cells = self.cell[start:stop], len(self.inputs)
        return np.array([np.bincount(cell, weight, cells) for weight in weights])
