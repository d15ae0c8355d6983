"""Grows stretches of a forest's trees on every fold; here or on another machine. Adds nothing up, keeps nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from time import perf_counter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from flows.search.bootstrap import Bags
from flows.search.training_part import Bag, Part, bags_of
from flows.search.tree_specs import Kind, Limits, same_tree

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.tree import DecisionTreeRegressor

    Floats = NDArray[np.float64]


class Answer(NamedTuple):
    """What a tree says for the distinct inputs that a fold left out, the way it was grown, and in what time."""

    values: Floats
    way: str
    seconds: float


class Stretch(NamedTuple):
    """Neighbouring trees of the forests of some kinds that draw the same bags."""

    kinds: Sequence[Kind]
    seeds: Sequence[int]


@dataclass(frozen=True)
class Grown:
    """A tree of one kind, and what it answers for the rows that the fold left out."""

    kind: Kind
    limits: Limits
    tree: DecisionTreeRegressor
    values: Floats

    def serves(self, kind: Kind, limits: Limits) -> bool:
        """Whether a tree of `kind`, on the same bag, would be this one again."""
        return self.kind.rest == kind.rest and same_tree(self.tree, self.limits, limits)


@dataclass(frozen=True)
class Ground:
    """One fold: the rows it trains on, and the rows it leaves out by their distinct inputs."""

    part: Part
    asked: NDArray[np.float32]  # the distinct inputs of the rows left out, scaled
    answer_of: NDArray[np.intp]  # for each row left out, its place in `asked`

    @classmethod
    def of(cls, part: Part) -> Ground:
        """The fold that trains on `part`."""
        inputs, answer_of = np.unique(part.rows.cell[slice(*part.span)], return_inverse=True)
        return cls(part, part.scaled[inputs], answer_of)

    def grow(self, bag: Bag, kinds: Sequence[Kind], state: np.random.RandomState) -> list[Answer]:
        """The answers of a tree of each kind on one bag, grown once for equal kinds."""
        grown: list[Grown] = []
        answers = []
        for kind in kinds:
            start = perf_counter()
            limits = Limits.of(kind.params, len(self.part))
            way, same = "shared", next((other for other in grown if other.serves(kind, limits)), None)
            if same is None:
                tree, way = bag.grow(kind, limits, state)
                same = Grown(kind, limits, tree, tree.tree_.predict(self.asked)[:, 0])
                grown.append(same)
            answers.append(Answer(same.values, way, perf_counter() - start))
        return answers


Grew = list[list[list[Answer]]]
"""By tree, fold and kind."""


def grow_stretch(grounds: Sequence[Ground], stretch: Stretch) -> Grew:
    """The answers of every tree of a stretch on every fold; folds of one size stand together, as KFold makes them."""
    import sklearn

    # a state of its own, since others may grow in other threads; one for all, since making one costs like a tree
    state = np.random.RandomState()
    bags = {rows: Bags.of(stretch.kinds[0].bag, rows, state) for rows in {len(ground.part) for ground in grounds}}
    with sklearn.config_context(skip_parameter_validation=True):  # the points are validated, the trees many
        return [
            [ground.grow(bag, stretch.kinds, state) for ground, bag in _drawn(grounds, bags, seed)]
            for seed in stretch.seeds
        ]


def _drawn(grounds: Sequence[Ground], bags: dict[int, Bags], seed: int) -> Iterator[tuple[Ground, Bag]]:
    for rows, group in groupby(grounds, key=lambda ground: len(ground.part)):
        same_size = list(group)
        counts = bags[rows].counts(seed)
        yield from zip(same_size, bags_of([ground.part for ground in same_size], seed, counts), strict=True)
