"""Kinds of trees in a grid, and when two kinds come out the same. Knows parameters, nothing of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, inf
from numbers import Integral
from typing import TYPE_CHECKING, Any

from flows.search.param_grid import forest

if TYPE_CHECKING:
    from sklearn.tree import DecisionTreeRegressor

LIMITS = ("max_depth", "min_samples_split", "min_samples_leaf")
BAG = ("random_state", "bootstrap", "max_samples")
NO_TREE = ("n_estimators", "n_jobs", "oob_score", "verbose", "warm_start")  # these change no single tree


@dataclass(frozen=True)
class Limits:
    """Where a tree must stop: the depth, and the distinct rows that a split and a leaf need at least."""

    depth: float
    split: int
    leaf: int

    @classmethod
    def of(cls, params: Mapping[str, Any], rows: int) -> Limits:
        """The limits as scikit-learn reads them for a training set of `rows`, fractions made counts."""
        leaf = _count(params["min_samples_leaf"], rows)
        split = max(2, _count(params["min_samples_split"], rows), 2 * leaf)
        return cls(inf if params["max_depth"] is None else params["max_depth"], split, leaf)


def _count(limit: Any, rows: int) -> int:
    return int(limit) if isinstance(limit, Integral) else ceil(limit * rows)


def same_tree(tree: DecisionTreeRegressor, grown: Limits, wanted: Limits) -> bool:
    """Whether `tree`, grown under one set of limits, is node for node the tree of another.

    It is where no limit in which the two differ ever stopped it. A node at a limit counts as stopped:
    scikit-learn draws no feature there, and every later node of the tree would see other draws.
    A leaf limit also rejects splits, so a tree grown under a tight one says nothing of a loose one.
    """
    if grown == wanted or tree.ccp_alpha > 0:  # pruning hides the nodes a limit may have stopped
        return grown == wanted
    depth, least = tree.tree_.max_depth, tree.tree_.n_node_samples.min()
    free_depth = grown.depth == wanted.depth or depth < min(grown.depth, wanted.depth)
    same_size = (grown.split, grown.leaf) == (wanted.split, wanted.leaf)
    free_size = grown.leaf <= wanted.leaf and least >= max(grown.split, wanted.split)
    return free_depth and (same_size or free_size)


@dataclass(eq=False)
class Kind:
    """Trees that differ by nothing but their number in the forest, and the grid points made of them."""

    params: dict[str, Any]
    points: dict[int, list[int]] = field(default_factory=dict)  # n_estimators: rows of the table

    @property
    def trees(self) -> int:
        return max(self.points)

    @property
    def bag(self) -> dict[str, Any]:
        return {name: self.params[name] for name in BAG}

    @cached_property
    def rest(self) -> str:
        """What two kinds must share before their limits are compared (repr: 1 is not 1.0 here)."""
        return repr([item for item in sorted(self.params.items()) if item[0] not in LIMITS])

    @property
    def tree_params(self) -> dict[str, Any]:
        """The parameters of a single tree."""
        return {name: value for name, value in self.params.items() if name not in BAG}


def kinds_of(points: Sequence[Mapping[str, Any]], seed: int) -> list[Kind]:
    """The kinds of trees that a grid needs, loosest limits first, so that the tight ones may share."""
    kinds: dict[str, Kind] = {}
    for row, point in enumerate(points):
        params = forest(seed, **point).get_params()
        trees = params["n_estimators"]
        params = {name: value for name, value in params.items() if name not in NO_TREE}
        kind = kinds.setdefault(repr(sorted(params.items())), Kind(params))
        kind.points.setdefault(trees, []).append(row)
    return sorted(kinds.values(), key=_tightness)


def _tightness(kind: Kind) -> tuple[float, float, float]:
    # Fractions are compared as for a thousand rows: this order decides only how much is shared.
    limits = Limits.of(kind.params, 1000)
    return limits.leaf, limits.split, -limits.depth
