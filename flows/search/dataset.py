"""The table to search on, with its rows numbered by distinct input. Knows no trees."""

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
"""The rows that a fold leaves out: from `start` to `stop`, without `stop`."""


@dataclass(frozen=True)
class Dataset:
    """Features and sales as given, and `input_ids`: for each row the number of its distinct input."""

    features: pd.DataFrame
    sales: pd.Series
    input_ids: NDArray[np.intp]

    @classmethod
    def of(cls, features: pd.DataFrame, sales: pd.Series) -> Dataset:
        """Number the distinct inputs."""
        by_position = features.set_axis(range(features.shape[1]), axis=1)
        groups = by_position.groupby(list(by_position), sort=False, dropna=False)
        return cls(features, sales, groups.ngroup().to_numpy().astype(np.intp))

    def __len__(self) -> int:
        return len(self.input_ids)

    @cached_property
    def inputs(self) -> pd.DataFrame:
        """The distinct inputs, in the order of their ids."""
        example = np.empty(self.input_ids.max() + 1, dtype=np.intp)
        example[self.input_ids] = np.arange(len(self))
        return self.features.take(example)

    @cached_property
    def y(self) -> Floats:
        return self.sales.to_numpy(np.float64)

    @cached_property
    def squares(self) -> Floats:
        return self.y * self.y

    @cached_property
    def has_whole_sales(self) -> bool:
        """Whether every sale is a whole number."""
        return bool(np.array_equal(self.y, np.rint(self.y)))

    def rows_outside(self, span: Span) -> NDArray[np.intp]:
        """Return the positions of all rows except those of `span`."""
        return np.concatenate([np.arange(span[0]), np.arange(span[1], len(self))])

    def sums_without(self, spans: Sequence[Span], counts: Floats) -> Floats:
        """Sum a bootstrap sample by input, shape (spans, 4, inputs): distinct rows, count, sum and squares of sales.

        For each span the sample is drawn from the other rows, and `counts` has their length. The spans are equally
        long and ascend, so rows before one span lie before all later ones too: each row is added at most twice,
        whatever the number of spans.
        """
        length = spans[0][1] - spans[0][0]
        starts = [0, *(start for start, _ in spans)]
        stops = [*(stop for _, stop in spans), len(self)]
        before = [self._sums(a, b, counts[a:b]) for a, b in pairwise(starts)]
        after = [self._sums(a, b, counts[a - length : b - length]) for a, b in pairwise(stops)]
        return np.cumsum(before, axis=0) + np.cumsum(after[::-1], axis=0)[::-1]

    def _sums(self, start: int, stop: int, counts: Floats) -> Floats:
        weights = (counts > 0, counts, counts * self.y[start:stop], counts * self.squares[start:stop])
        input_ids, cells = self.input_ids[start:stop], len(self.inputs)
        return np.array([np.bincount(input_ids, weight, cells) for weight in weights])
