"""The winner, fitted on every row: a normal pipeline, whichever way its trees were grown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.bootstrap import Bags, tree_seeds
from flows.search.param_grid import forest, pipeline
from flows.search.training_part import Part, bags_of, on_cells
from flows.search.tree_specs import Kind, Limits

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline
    from sklearn.tree import DecisionTreeRegressor

    from flows.search.dataset import Rows


def refit(rows: Rows, kind: Kind, point: Mapping[str, Any], seed: int, least: int | None) -> Pipeline:
    """`pipeline(seed, **point)` fitted on all rows, its trees grown on cells where that gives the same."""
    span = (len(rows), len(rows))
    params = forest(seed, **point).get_params()
    if least is None or not on_cells(kind) or params["oob_score"]:
        return pipeline(seed, **point).fit(rows.features, rows.sales)
    # A stump gives the pipeline everything that fitting leaves behind, but for the trees.
    stump = {"n_estimators": 1, "max_depth": 1}
    model = pipeline(seed, **{**point, **stump}).fit(rows.features, rows.sales)
    part = Part.of(rows, span, least, model["scaler"])
    model["forest"].set_params(**{name: params[name] for name in stump})
    bags = Bags.of(kind.bag, len(rows), np.random.RandomState())
    model["forest"].estimators_ = [
        _tree(part, kind, tree_seed, bags) for tree_seed in tree_seeds(params["random_state"], params["n_estimators"])
    ]
    return model


def _tree(part: Part, kind: Kind, seed: int, bags: Bags) -> DecisionTreeRegressor:
    """A tree as the forest would hold it, with its own parameters and the rows counted in its nodes."""
    [bag] = bags_of([part], seed, bags.counts(seed))
    tree, way = bag.grow(kind, Limits.of(kind.params, len(part)), bags.state)
    if way == "cells" and bag.sums is not None:
        _count_rows(tree, part.scaled, bag.sums[0])
    return tree.set_params(**kind.tree_params)


def _count_rows(tree: DecisionTreeRegressor, inputs: NDArray[np.float32], rows: NDArray[np.float64]) -> None:
    """Writes into a tree grown on cells how many distinct rows each node holds: `rows` for each input."""
    state = tree.tree_.__getstate__()
    nodes = state["nodes"] = state["nodes"].copy()
    nodes["n_node_samples"] = tree.tree_.decision_path(inputs).T @ rows
    inner = nodes["left_child"] >= 0
    left, right = (nodes["n_node_samples"][nodes[side][inner]] for side in ("left_child", "right_child"))
    nodes["missing_go_to_left"][inner] = left > right
    tree.tree_.__setstate__(state)
