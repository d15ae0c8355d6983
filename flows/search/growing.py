"""Grows batches of a forest's trees on every fold, here or on another machine. Adds nothing up and stores nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from flows.search.bootstrap import BootstrapSampler
from flows.search.training_part import BootstrapSample, TrainingPart, bootstrap_samples
from flows.search.tree_specs import TreeLimits, TreeSpec, same_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.tree import DecisionTreeRegressor

    Floats = NDArray[np.float64]


class TreePrediction(NamedTuple):
    """A tree's predictions for the distinct inputs that a fold leaves out, how it was grown and its seconds."""

    values: Floats
    strategy: str
    seconds: float


class TreeBatch(NamedTuple):
    """Consecutive trees of forests that draw the same bootstrap samples."""

    specs: Sequence[TreeSpec]
    seeds: Sequence[int]


@dataclass(frozen=True)
class GrownTree:
    """A tree and its predictions for the distinct inputs that the fold leaves out."""

    spec: TreeSpec
    limits: TreeLimits
    tree: DecisionTreeRegressor
    values: Floats

    def matches(self, spec: TreeSpec, limits: TreeLimits) -> bool:
        """Return whether a tree of `spec` on the same sample would equal this one."""
        return self.spec.other_params == spec.other_params and same_tree(self.tree, self.limits, limits)


@dataclass(frozen=True)
class Fold:
    """One fold: the rows it trains on, and the distinct inputs of the rows it leaves out."""

    part: TrainingPart
    left_out_inputs: NDArray[np.float32]  # the distinct inputs of the rows left out, scaled
    left_out_index: NDArray[np.intp]  # for each row left out, its index in `left_out_inputs`

    @classmethod
    def of(cls, part: TrainingPart) -> Fold:
        """Make the fold that trains on `part`."""
        inputs, left_out_index = np.unique(part.rows.input_ids[slice(*part.span)], return_inverse=True)
        return cls(part, part.scaled[inputs], left_out_index)

    def grow(
        self, sample: BootstrapSample, specs: Sequence[TreeSpec], state: np.random.RandomState
    ) -> list[TreePrediction]:
        """Predict with a tree of each spec on one sample. Equal trees are grown once."""
        grown: list[GrownTree] = []
        predictions = []
        for spec in specs:
            start = perf_counter()
            limits = TreeLimits.of(spec.params, len(self.part))
            strategy, same = "shared", next((other for other in grown if other.matches(spec, limits)), None)
            if same is None:
                tree, strategy = sample.grow(spec, limits, state)
                same = GrownTree(spec, limits, tree, tree.tree_.predict(self.left_out_inputs)[:, 0])
                grown.append(same)
            predictions.append(TreePrediction(same.values, strategy, perf_counter() - start))
        return predictions


BatchPredictions = list[list[list[TreePrediction]]]
"""Indexed by tree, fold and spec."""


def grow_batch(folds: Sequence[Fold], batch: TreeBatch) -> BatchPredictions:
    """Predict with every tree of a batch on every fold. Folds of one size must be adjacent, as KFold makes them."""
    import sklearn

    # not shared with other threads; made once, since making a state costs as much as a small tree
    state = np.random.RandomState()
    samplers = {
        rows: BootstrapSampler.of(batch.specs[0].bootstrap_params, rows, state)
        for rows in {len(fold.part) for fold in folds}
    }
    with sklearn.config_context(
        skip_parameter_validation=True
    ):  # the grid points are already validated, and there are many trees
        return [
            [fold.grow(sample, batch.specs, state) for fold, sample in _draw_samples(folds, samplers, seed)]
            for seed in batch.seeds
        ]


def _draw_samples(
    folds: Sequence[Fold], samplers: dict[int, BootstrapSampler], seed: int
) -> Iterator[tuple[Fold, BootstrapSample]]:
    for rows, group in groupby(folds, key=lambda fold: len(fold.part)):
        same_size = list(group)
        counts = samplers[rows].counts(seed)
        yield from zip(same_size, bootstrap_samples([fold.part for fold in same_size], seed, counts), strict=True)
