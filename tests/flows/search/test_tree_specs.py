"""Which grid points share trees, and that a tree is shared only where it is the very same."""

from collections.abc import Callable, Mapping

import numpy as np
import pytest
from sklearn.tree import DecisionTreeRegressor

from flows.search.tree_specs import TreeLimits, same_tree, tree_specs

Params = Mapping[str, float]
Grow = Callable[..., tuple[DecisionTreeRegressor, TreeLimits]]


@pytest.fixture(scope="module")
def grown() -> Grow:
    """Grows a tree that draws one feature a split, so that one draw more changes all that follows."""
    rng = np.random.default_rng(0)
    inputs = rng.integers(0, 4, (300, 3)).astype(np.float32)
    sales = inputs @ [100, 10, 1] + rng.normal(0, 20, 300)

    def grow(**limits: float) -> tuple[DecisionTreeRegressor, TreeLimits]:
        tree = DecisionTreeRegressor(max_features=1, random_state=3, **limits).fit(inputs, sales)
        return tree, TreeLimits.of(tree.get_params(), 300)

    return grow


def equal(one: DecisionTreeRegressor, other: DecisionTreeRegressor) -> bool:
    a, b = one.tree_.__getstate__(), other.tree_.__getstate__()
    return np.array_equal(a["values"], b["values"]) and np.array_equal(a["nodes"]["threshold"], b["nodes"]["threshold"])


LIMITS: list[Params] = [
    {}, *({"max_depth": depth} for depth in range(3, 12)),
    *({"min_samples_split": split} for split in (3, 4, 5, 8, 30)),
    *({"min_samples_leaf": leaf} for leaf in (2, 3, 0.1)),
    {"max_depth": 4, "min_samples_leaf": 4}, {"max_depth": 3, "min_samples_split": 6},
]  # fmt: skip


@pytest.mark.parametrize("loose", LIMITS, ids=str)
def test_a_shared_tree_is_the_very_same(grown: Grow, loose: Params) -> None:
    tree, limits = grown(**loose)
    for tight in LIMITS:
        other, wanted = grown(**tight)
        if same_tree(tree, limits, wanted):
            assert equal(tree, other), (loose, tight)


def test_limits_that_never_bind_share_their_trees(grown: Grow) -> None:
    tree, limits = grown()
    depth, least = tree.tree_.max_depth, int(tree.tree_.n_node_samples.min())
    assert same_tree(tree, limits, TreeLimits(depth + 1, 2, 1))
    assert not same_tree(tree, limits, TreeLimits(depth, 2, 1))
    assert not same_tree(tree, limits, TreeLimits(limits.depth, least + 2, 1))
    wide, its_limits = grown(max_depth=2)
    least = int(wide.tree_.n_node_samples.min())
    assert same_tree(wide, its_limits, TreeLimits(2, least, least // 2))
    assert not same_tree(wide, its_limits, TreeLimits(2, least + 1, 1))


def test_a_tree_of_a_tight_leaf_says_nothing_of_a_loose_one(grown: Grow) -> None:
    tight, limits = grown(max_depth=2, min_samples_leaf=5)
    assert not same_tree(tight, limits, TreeLimits(2, 2, 1))


def test_pruned_trees_are_shared_only_under_equal_limits(grown: Grow) -> None:
    tree, limits = grown(ccp_alpha=1.0)
    assert same_tree(tree, limits, limits)
    assert not same_tree(tree, limits, TreeLimits(100, 2, 1))


def test_fractions_are_read_as_scikit_learn_reads_them() -> None:
    params = {"max_depth": None, "min_samples_split": 0.011, "min_samples_leaf": 0.004}
    assert TreeLimits.of(params, 1000) == TreeLimits(float("inf"), 11, 4)
    assert TreeLimits.of({**params, "min_samples_leaf": 6}, 1000).split == 12
    assert TreeLimits.of({**params, "min_samples_split": 1e-9, "min_samples_leaf": 1}, 1000).split == 2


def test_points_that_differ_in_trees_only_are_one_kind() -> None:
    points = [{"n_estimators": n, "max_features": f} for f in (1, 1.0) for n in (10, 20, 10)]
    one, other = tree_specs(points, seed=0)
    assert [one.points, other.points] == [{10: [0, 2], 20: [1]}, {10: [3, 5], 20: [4]}]
    assert one.other_params != other.other_params
    assert one.trees == 20


def test_loose_limits_come_first() -> None:
    kinds = tree_specs([{"max_depth": d, "min_samples_leaf": leaf} for leaf in (3, 1) for d in (5, None)], seed=0)
    assert [(k.params["min_samples_leaf"], k.params["max_depth"]) for k in kinds] == [
        (1, None),
        (1, 5),
        (3, None),
        (3, 5),
    ]
