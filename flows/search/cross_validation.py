"""Adds up the trees of a grid on every fold. Grows no tree itself and scores nothing."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from flows.search.bootstrap import tree_seeds
from flows.search.executor import Executor
from flows.search.growing import Fold, TreeBatch, TreePrediction, grow_batch
from flows.search.training_part import TrainingPart
from flows.search.tree_specs import TreeSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

TREES_PER_BATCH = 5
"""Trees per task: few enough to keep many machines busy, and more than one because each task has a cost."""


@dataclass
class FoldResults:
    """The running sums of the trees' predictions on one fold, and the means of completed forests."""

    fold: Fold
    totals: dict[TreeSpec, Floats] = field(default_factory=dict)
    seconds: dict[TreeSpec, float] = field(default_factory=lambda: defaultdict(float))
    strategies: dict[TreeSpec, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    forests: dict[tuple[TreeSpec, int], tuple[Floats, float]] = field(default_factory=dict)  # with its seconds

    @property
    def part(self) -> TrainingPart:
        """The rows that the fold trains on."""
        return self.fold.part

    def add(self, number: int, spec: TreeSpec, prediction: TreePrediction) -> None:
        """Add the prediction of tree `number` (from 1) to its forest."""
        # as RandomForestRegressor adds up: from zeros, tree by tree, divided at the end; the order sets the last bit
        self.totals[spec] = self.totals.get(spec, np.zeros(len(prediction.values))) + prediction.values
        self.seconds[spec] += prediction.seconds
        self.strategies[spec][prediction.strategy] += 1
        if number in spec.points:
            self.forests[spec, number] = self.totals[spec] / number, self.seconds[spec]

    def predictions(self, spec: TreeSpec, trees: int) -> Floats:
        """Return the predictions of a completed forest for the rows left out, shape (rows left out,)."""
        return self.forests[spec, trees][0][self.fold.left_out_index]


def grow_forests(
    folds: Sequence[FoldResults], specs: Sequence[TreeSpec], report: Callable[[float], None], executor: Executor
) -> None:
    """Grow every forest of the grid on every fold. Each bootstrap sample is drawn once and shared.

    `report` gets the share of trees done.
    """
    numbered = [found for group in _same_bootstrap_groups(specs) for found in _tree_batches(group)]
    total, done = sum(len(batch.seeds) for _, batch in numbered), 0
    predictions = executor(grow_batch, [fold.fold for fold in folds], [batch for _, batch in numbered])
    for (first, batch), batch_predictions in zip(numbered, predictions, strict=True):
        for number, by_fold in enumerate(batch_predictions, first):
            for fold, by_kind in zip(folds, by_fold, strict=True):
                for spec, prediction in zip(batch.specs, by_kind, strict=True):
                    fold.add(number, spec, prediction)
            done += 1
            report(done / total)


def _same_bootstrap_groups(specs: Sequence[TreeSpec]) -> list[list[TreeSpec]]:
    groups: dict[str, list[TreeSpec]] = {}
    for spec in specs:
        groups.setdefault(repr(spec.bootstrap_params), []).append(spec)
    return list(groups.values())


def _tree_batches(group: Sequence[TreeSpec]) -> Iterator[tuple[int, TreeBatch]]:
    """Yield the batches of trees of one group, each with the number (from 1) of its first tree."""
    trees = max(spec.trees for spec in group)
    seeds = tree_seeds(group[0].bootstrap_params["random_state"], trees)
    # a batch also ends where the largest forest of a tree spec is complete
    ends = sorted({*range(0, trees, TREES_PER_BATCH), *(spec.trees for spec in group)})
    for start, stop in pairwise(ends):
        yield start + 1, TreeBatch([spec for spec in group if spec.trees > start], seeds[start:stop])
