"""Adds up the trees of a grid and scores every point on every fold. Grows no tree, knows no table, no winner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from flows.search.bootstrap import tree_seeds
from flows.search.executor import Spread
from flows.search.growing import Answer, Ground, Stretch, grow_stretch
from flows.search.training_part import Part
from flows.search.tree_specs import Kind

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

STRETCH = 5
"""Trees that are grown in one go: few, so that many machines have work, and not one, since each go has a cost."""


@dataclass
class Fold:
    """What one fold has heard so far: sums of its trees' predictions, and each forest's when it is full."""

    ground: Ground
    totals: dict[Kind, Floats] = field(default_factory=dict)
    seconds: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    ways: dict[Kind, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    forests: dict[tuple[Kind, int], tuple[Floats, float]] = field(default_factory=dict)  # with its seconds

    @property
    def part(self) -> Part:
        """The rows it trains on."""
        return self.ground.part

    def add(self, number: int, kind: Kind, answer: Answer) -> None:
        """Adds the answer of the tree with this number (from 1) to the kind's forest."""
        # As the forest adds up: from zeros, tree by tree, divided at the end. The order decides the last bit.
        self.totals[kind] = self.totals.get(kind, np.zeros(len(answer.values))) + answer.values
        self.seconds[kind] += answer.seconds
        self.ways[kind][answer.way] += 1
        if number in kind.points:
            self.forests[kind, number] = self.totals[kind] / number, self.seconds[kind]

    def predictions(self, kind: Kind, trees: int) -> Floats:
        """(rows left out,) what a full forest of `kind` predicts for them."""
        return self.forests[kind, trees][0][self.ground.answer_of]


def grow_grid(folds: Sequence[Fold], kinds: Sequence[Kind], tell: Callable[[float], None], spread: Spread) -> None:
    """Grows every forest of the grid on every fold, tree by tree, so that a bag is drawn once for all.

    `tell` hears the share of trees done.
    """
    numbered = [found for family in _families(kinds) for found in _stretches(family)]
    every, done = sum(len(stretch.seeds) for _, stretch in numbered), 0
    answers = spread(grow_stretch, [fold.ground for fold in folds], [stretch for _, stretch in numbered])
    for (first, stretch), grew in zip(numbered, answers, strict=True):
        for number, by_fold in enumerate(grew, first):
            for fold, by_kind in zip(folds, by_fold, strict=True):
                for kind, answer in zip(stretch.kinds, by_kind, strict=True):
                    fold.add(number, kind, answer)
            done += 1
            tell(done / every)


def _families(kinds: Sequence[Kind]) -> list[list[Kind]]:
    families: dict[str, list[Kind]] = {}
    for kind in kinds:
        families.setdefault(repr(kind.bag), []).append(kind)
    return list(families.values())


def _stretches(family: Sequence[Kind]) -> Iterator[tuple[int, Stretch]]:
    """Stretches of the trees of a family, each with the number (from 1) of its first tree."""
    trees = max(kind.trees for kind in family)
    seeds = tree_seeds(family[0].bag["random_state"], trees)
    # a stretch also ends where a kind's largest forest is full
    ends = sorted({*range(0, trees, STRETCH), *(kind.trees for kind in family)})
    for start, stop in pairwise(ends):
        yield start + 1, Stretch([kind for kind in family if kind.trees > start], seeds[start:stop])
