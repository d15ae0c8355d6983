"""The rows that one fold trains on, and a tree grown on a bag of them. Knows nothing of scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flows.search.cells import Cells, cells_of
from flows.search.tree_specs import Kind, Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeRegressor

    from flows.search.dataset import Rows, Span

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Part:
    """All rows but those of `span`, their inputs scaled by these rows alone."""

    rows: Rows
    span: Span
    scaled: NDArray[np.float32]  # the distinct inputs of all rows
    cells: Cells | None

    @classmethod
    def of(cls, rows: Rows, span: Span, least: int | None, scaler: StandardScaler | None = None) -> Part:
        """`least` is the largest size limit; without it, trees grow on the rows only."""
        kept = rows.kept(span)
        scaler = scaler or _fitted_scaler(rows, kept)
        scaled = scaler.transform(rows.inputs).astype(np.float32)
        cells = cells_of(rows.cell[kept], scaled, rows.y[kept], least) if least else None
        return cls(rows, span, scaled, cells)

    def __len__(self) -> int:
        return len(self.rows) - (self.span[1] - self.span[0])

    @cached_property
    def table(self) -> tuple[NDArray[np.float32], Floats]:
        """(rows, features) and (rows, 1): what the forest hands its trees on the plain way."""
        kept = self.rows.kept(self.span)
        return self.scaled[self.rows.cell[kept]], self.rows.y[kept][:, np.newaxis]


def _fitted_scaler(rows: Rows, kept: NDArray[np.intp]) -> StandardScaler:
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(rows.features.take(kept))


@dataclass(frozen=True)
class Bag:
    """One tree's bag of a part: the times each row is in it, and the sums for each input if it has cells."""

    part: Part
    seed: int
    counts: Floats
    sums: Floats | None

    @cached_property
    def weights(self) -> Floats | None:
        """The bag's weights on the cells (see `Cells.weights`); None where it must grow on the rows."""
        if self.part.cells is None or self.sums is None:
            return None
        return self.part.cells.weights(self.counts, self.sums)

    def grow(self, kind: Kind, limits: Limits, state: np.random.RandomState) -> tuple[DecisionTreeRegressor, str]:
        """A tree of `kind`, its `limits` counted for this part, and the way it was grown: `cells` or `rows`.

        `state` is seeded for it.
        """
        if self.weights is not None and self.part.cells and on_cells(kind):
            inputs, targets, weights, way = self.part.cells.inputs, self.part.cells.targets, self.weights, "cells"
        else:
            (inputs, targets), weights, way = self.part.table, self.counts, "rows"
        state.seed(self.seed)  # draws as a new state would, which costs more than a small tree
        tree = _unfitted(kind, limits, state).fit(inputs, targets, weights, check_input=False)
        tree.random_state = self.seed
        return tree, way


def bags_of(parts: Sequence[Part], seed: int, counts: Floats) -> list[Bag]:
    """The bag of one tree for parts of one size, which all draw the same places: `counts` (rows,)."""
    if not any(part.cells for part in parts):
        return [Bag(part, seed, counts, None) for part in parts]
    sums = parts[0].rows.sums_without([part.span for part in parts], counts)
    return [Bag(part, seed, counts, own) for part, own in zip(parts, sums, strict=True)]


def on_cells(kind: Kind) -> bool:
    """Whether trees of this kind ask no more of a cell than its count, sum and sum of squares."""
    return bool(kind.params["criterion"] == "squared_error")


def _unfitted(kind: Kind, limits: Limits, state: np.random.RandomState) -> DecisionTreeRegressor:
    from sklearn.tree import DecisionTreeRegressor

    counted = {"min_samples_split": limits.split, "min_samples_leaf": limits.leaf}
    return DecisionTreeRegressor(**{**kind.tree_params, **counted}, random_state=state)
