"""Kinds of trees in a grid, and when two specs come out the same. Knows parameters, nothing of rows."""

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

LIMIT_PARAMS = ("max_depth", "min_samples_split", "min_samples_leaf")
BOOTSTRAP_PARAMS = ("random_state", "bootstrap", "max_samples")
FOREST_ONLY_PARAMS = ("n_estimators", "n_jobs", "oob_score", "verbose", "warm_start")  # these change no single tree


@dataclass(frozen=True)
class TreeLimits:
    """Where a tree must stop: the depth, and the distinct rows that a split and a leaf need at least."""

    depth: float
    split: int
    leaf: int

    @classmethod
    def of(cls, params: Mapping[str, Any], rows: int) -> TreeLimits:
        """Convert the limits to counts as scikit-learn does for a training set of `rows`."""
        leaf = _row_count(params["min_samples_leaf"], rows)
        split = max(2, _row_count(params["min_samples_split"], rows), 2 * leaf)
        return cls(inf if params["max_depth"] is None else params["max_depth"], split, leaf)


def _row_count(limit: Any, rows: int) -> int:
    return int(limit) if isinstance(limit, Integral) else ceil(limit * rows)


def same_tree(tree: DecisionTreeRegressor, grown: TreeLimits, requested: TreeLimits) -> bool:
    """Return whether `tree`, grown under some limits, equals the tree of the requested limits node for node.

    It does if no limit in which the two differ ever stopped it. A node at a limit counts as stopped:
    scikit-learn draws no feature there, and every later node of the tree would see other draws.
    A leaf limit also rejects splits, so a tree grown under a tight limit cannot replace one under a loose limit.
    """
    if grown == requested or tree.ccp_alpha > 0:  # pruning hides the nodes a limit may have stopped
        return grown == requested
    depth, smallest_node = tree.tree_.max_depth, tree.tree_.n_node_samples.min()
    free_depth = grown.depth == requested.depth or depth < min(grown.depth, requested.depth)
    same_size = (grown.split, grown.leaf) == (requested.split, requested.leaf)
    free_size = grown.leaf <= requested.leaf and smallest_node >= max(grown.split, requested.split)
    return free_depth and (same_size or free_size)


@dataclass(eq=False)
class TreeSpec:
    """Trees that differ only in their number in the forest, and the grid points that use them."""

    params: dict[str, Any]
    points: dict[int, list[int]] = field(default_factory=dict)  # n_estimators: rows of the table

    @property
    def trees(self) -> int:
        return max(self.points)

    @property
    def bootstrap_params(self) -> dict[str, Any]:
        return {name: self.params[name] for name in BOOTSTRAP_PARAMS}

    @cached_property
    def other_params(self) -> str:
        """What two specs must share before their limits are compared (as repr: 1 differs from 1.0)."""
        return repr([item for item in sorted(self.params.items()) if item[0] not in LIMIT_PARAMS])

    @property
    def tree_params(self) -> dict[str, Any]:
        """The parameters of a single tree."""
        return {name: value for name, value in self.params.items() if name not in BOOTSTRAP_PARAMS}


def tree_specs(points: Sequence[Mapping[str, Any]], seed: int) -> list[TreeSpec]:
    """Return the specs that a grid needs, loosest limits first, so that tight ones can reuse their trees."""
    specs: dict[str, TreeSpec] = {}
    for row, point in enumerate(points):
        params = forest(seed, **point).get_params()
        trees = params["n_estimators"]
        params = {name: value for name, value in params.items() if name not in FOREST_ONLY_PARAMS}
        spec = specs.setdefault(repr(sorted(params.items())), TreeSpec(params))
        spec.points.setdefault(trees, []).append(row)
    return sorted(specs.values(), key=_tightness)


def _tightness(spec: TreeSpec) -> tuple[float, float, float]:
    # fractions are compared as for a thousand rows: the order decides only how much is shared
    limits = TreeLimits.of(spec.params, 1000)
    return limits.leaf, limits.split, -limits.depth
