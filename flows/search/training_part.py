"""The rows that one fold trains on, and bootstrap samples of them to grow trees on. Knows no scores."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from flows.search.cells import CellTable, make_cell_table
from flows.search.tree_specs import TreeLimits, TreeSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.preprocessing import StandardScaler
    from sklearn.tree import DecisionTreeRegressor

    from flows.search.dataset import Dataset, Span

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class TrainingPart:
    """All rows except those of `span`, with inputs scaled by these rows alone."""

    rows: Dataset
    span: Span
    scaled: NDArray[np.float32]  # the distinct inputs of all rows
    cells: CellTable | None

    @classmethod
    def of(cls, rows: Dataset, span: Span, min_rows: int | None, scaler: StandardScaler | None = None) -> TrainingPart:
        """Make the part. `min_rows` is the largest size limit; without it, trees grow on the rows only."""
        outside = rows.rows_outside(span)
        scaler = scaler or _fitted_scaler(rows, outside)
        scaled = scaler.transform(rows.inputs).astype(np.float32)
        if not min_rows:
            return cls(rows, span, scaled, None)
        cells = make_cell_table(rows.input_ids[outside], scaled, rows.y[outside], min_rows)
        return cls(rows, span, scaled, cells)

    def __len__(self) -> int:
        return len(self.rows) - (self.span[1] - self.span[0])

    @cached_property
    def table(self) -> tuple[NDArray[np.float32], Floats]:
        """(rows, features) and (rows, 1): what the forest hands its trees itself."""
        outside = self.rows.rows_outside(self.span)
        return self.scaled[self.rows.input_ids[outside]], self.rows.y[outside][:, np.newaxis]


def _fitted_scaler(rows: Dataset, positions: NDArray[np.intp]) -> StandardScaler:
    from sklearn.preprocessing import StandardScaler

    return StandardScaler().fit(rows.features.take(positions))


@dataclass(frozen=True)
class BootstrapSample:
    """One tree's bootstrap sample: how often it has each row, and the sums for each input if the part has cells."""

    part: TrainingPart
    seed: int
    counts: Floats
    sums: Floats | None

    @cached_property
    def weights(self) -> Floats | None:
        """The sample's weights on the cells (see `CellTable.weights`); None if its tree must grow on the rows."""
        if self.part.cells is None or self.sums is None:
            return None
        return self.part.cells.weights(self.counts, self.sums)

    def grow(
        self, spec: TreeSpec, limits: TreeLimits, state: np.random.RandomState
    ) -> tuple[DecisionTreeRegressor, str]:
        """Grow a tree of `spec`; return it with its strategy, `cells` or `rows`.

        `limits` are the spec's, counted for this part. `state` is seeded again.
        """
        if self.weights is not None and self.part.cells and supports_cells(spec):
            inputs, targets, weights, strategy = self.part.cells.inputs, self.part.cells.targets, self.weights, "cells"
        else:
            (inputs, targets), weights, strategy = self.part.table, self.counts, "rows"
        state.seed(self.seed)  # draws as a new state would, which costs more than a small tree
        tree = _unfitted(spec, limits, state).fit(inputs, targets, weights, check_input=False)
        tree.random_state = self.seed
        return tree, strategy


def bootstrap_samples(parts: Sequence[TrainingPart], seed: int, counts: Floats) -> list[BootstrapSample]:
    """The sample of one tree for parts of one size, which all draw the same places: `counts` (rows,)."""
    if not any(part.cells for part in parts):
        return [BootstrapSample(part, seed, counts, None) for part in parts]
    sums = parts[0].rows.sums_without([part.span for part in parts], counts)
    return [BootstrapSample(part, seed, counts, own) for part, own in zip(parts, sums, strict=True)]


def supports_cells(spec: TreeSpec) -> bool:
    """Whether trees of this spec ask no more of a input_ids than its count, sum and sum of squares."""
    return bool(spec.params["criterion"] == "squared_error")


def _unfitted(spec: TreeSpec, limits: TreeLimits, state: np.random.RandomState) -> DecisionTreeRegressor:
    from sklearn.tree import DecisionTreeRegressor

    counted = {"min_samples_split": limits.split, "min_samples_leaf": limits.leaf}
    return DecisionTreeRegressor(**{**spec.tree_params, **counted}, random_state=state)
