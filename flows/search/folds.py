"""One pass over the trees of a grid that scores every point on every fold. Knows no table, no winner."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from time import perf_counter
from typing import TYPE_CHECKING

import numpy as np

from flows.search.bags import Bags, tree_seeds
from flows.search.kinds import Kind, Limits, same_tree
from flows.search.part import Bag, Part, bags_of

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.tree import DecisionTreeRegressor

    Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Grown:
    """A tree of one kind, and what it answers for the rows that the fold left out."""

    kind: Kind
    limits: Limits
    tree: DecisionTreeRegressor
    answers: Floats

    def serves(self, kind: Kind, limits: Limits) -> bool:
        """Whether a tree of `kind`, on the same bag, would be this one again."""
        return self.kind.rest == kind.rest and same_tree(self.tree, self.limits, limits)


@dataclass
class Fold:
    """What one fold has grown so far: sums of its trees' predictions, and each forest's when it is full."""

    part: Part
    asked: NDArray[np.float32]  # the distinct inputs of the rows left out, scaled
    answer_of: NDArray[np.intp]  # for each row left out, its place in `asked`
    totals: dict[Kind, Floats] = field(default_factory=dict)
    seconds: dict[Kind, float] = field(default_factory=lambda: defaultdict(float))
    ways: dict[Kind, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    forests: dict[tuple[Kind, int], tuple[Floats, float]] = field(default_factory=dict)  # with its seconds

    @classmethod
    def of(cls, part: Part) -> Fold:
        """A fold that has grown nothing yet."""
        inputs, answer_of = np.unique(part.rows.cell[slice(*part.span)], return_inverse=True)
        return cls(part, part.scaled[inputs], answer_of)

    def add_tree(self, number: int, bag: Bag, kinds: Sequence[Kind]) -> None:
        """Adds the tree with this number (from 1) to each kind's forest, grown once for equal kinds."""
        grown: list[Grown] = []
        for kind in kinds:
            start = perf_counter()
            limits = Limits.of(kind.params, len(self.part))
            way, same = "shared", next((other for other in grown if other.serves(kind, limits)), None)
            if same is None:
                tree, way = bag.grow(kind, limits)
                same = Grown(kind, limits, tree, tree.tree_.predict(self.asked)[:, 0])
                grown.append(same)
            self.ways[kind][way] += 1
            self._add(kind, number, same.answers, perf_counter() - start)

    def predictions(self, kind: Kind, trees: int) -> Floats:
        """(rows left out,) what a full forest of `kind` predicts for them."""
        return self.forests[kind, trees][0][self.answer_of]

    def _add(self, kind: Kind, number: int, answers: Floats, seconds: float) -> None:
        # As the forest adds up: from zeros, tree by tree, divided at the end. The order decides the last bit.
        self.totals[kind] = self.totals.get(kind, np.zeros(len(answers))) + answers
        self.seconds[kind] += seconds
        if number in kind.points:
            self.forests[kind, number] = self.totals[kind] / number, self.seconds[kind]


def grow_grid(folds: Sequence[Fold], kinds: Sequence[Kind], tell: Callable[[float], None]) -> None:
    """Grows every forest of the grid on every fold, tree by tree, so that a bag is drawn once for all.

    `tell` hears the share of trees done. Folds of one size stand together, as KFold makes them.
    """
    families = _families(kinds)
    every, done = sum(max(kind.trees for kind in family) for family in families), 0
    for family in families:
        params, trees = family[0].bag, max(kind.trees for kind in family)
        bags = {rows: Bags.of(params, rows) for rows in {len(fold.part) for fold in folds}}
        for number, seed in enumerate(tree_seeds(params["random_state"], trees), 1):
            growing = [kind for kind in family if number <= kind.trees]
            for fold, bag in _drawn(folds, bags, seed):
                fold.add_tree(number, bag, growing)
            done += 1
            tell(done / every)


def _families(kinds: Sequence[Kind]) -> list[list[Kind]]:
    families: dict[str, list[Kind]] = {}
    for kind in kinds:
        families.setdefault(repr(kind.bag), []).append(kind)
    return list(families.values())


def _drawn(folds: Sequence[Fold], bags: dict[int, Bags], seed: int) -> Iterator[tuple[Fold, Bag]]:
    for rows, group in groupby(folds, key=lambda fold: len(fold.part)):
        same_size = list(group)
        counts = bags[rows].counts(seed)
        yield from zip(same_size, bags_of([fold.part for fold in same_size], seed, counts), strict=True)
