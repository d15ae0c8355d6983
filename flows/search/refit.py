"""Fits the best grid point on every row. The result is a normal pipeline, however its trees were grown."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from flows.search.bootstrap import BootstrapSampler, tree_seeds
from flows.search.param_grid import forest, pipeline
from flows.search.training_part import TrainingPart, bootstrap_samples, supports_cells
from flows.search.tree_specs import TreeLimits, TreeSpec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from sklearn.pipeline import Pipeline
    from sklearn.tree import DecisionTreeRegressor

    from flows.search.dataset import Dataset


def refit(rows: Dataset, spec: TreeSpec, point: Mapping[str, Any], seed: int, min_rows: int | None) -> Pipeline:
    """Fit `pipeline(seed, **point)` on all rows. Trees grow on cells where the result is the same."""
    span = (len(rows), len(rows))
    params = forest(seed, **point).get_params()
    if min_rows is None or not supports_cells(spec) or params["oob_score"]:
        return pipeline(seed, **point).fit(rows.features, rows.sales)
    # fitting a stump sets all fitted attributes of the pipeline except the trees
    stump = {"n_estimators": 1, "max_depth": 1}
    model = pipeline(seed, **{**point, **stump}).fit(rows.features, rows.sales)
    part = TrainingPart.of(rows, span, min_rows, model["scaler"])
    model["forest"].set_params(**{name: params[name] for name in stump})
    sampler = BootstrapSampler.of(spec.bootstrap_params, len(rows), np.random.RandomState())
    model["forest"].estimators_ = [
        _grow_tree(part, spec, tree_seed, sampler)
        for tree_seed in tree_seeds(params["random_state"], params["n_estimators"])
    ]
    return model


def _grow_tree(part: TrainingPart, spec: TreeSpec, seed: int, sampler: BootstrapSampler) -> DecisionTreeRegressor:
    """Grow a tree as the forest would hold it, with its own parameters and the rows counted in its nodes."""
    [sample] = bootstrap_samples([part], seed, sampler.counts(seed))
    tree, strategy = sample.grow(spec, TreeLimits.of(spec.params, len(part)), sampler.state)
    if strategy == "cells" and sample.sums is not None:
        _count_rows(tree, part.scaled, sample.sums[0])
    return tree.set_params(**spec.tree_params)


def _count_rows(tree: DecisionTreeRegressor, inputs: NDArray[np.float32], rows: NDArray[np.float64]) -> None:
    """Write into a tree grown on cells how many distinct rows each node holds. `rows` are those of each input."""
    state = tree.tree_.__getstate__()
    nodes = state["nodes"] = state["nodes"].copy()
    nodes["n_node_samples"] = tree.tree_.decision_path(inputs).T @ rows
    inner = nodes["left_child"] >= 0
    left, right = (nodes["n_node_samples"][nodes[side][inner]] for side in ("left_child", "right_child"))
    nodes["missing_go_to_left"][inner] = left > right
    tree.tree_.__setstate__(state)
