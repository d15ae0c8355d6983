"""The bags of rows that a forest's trees are grown on, drawn as scikit-learn draws them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class Bags:
    """Draws, for a training set of `rows`, how often each row stands in a tree's bag."""

    rows: int
    drawn: int | None  # None: no bootstrap, every row once
    state: np.random.RandomState  # seeded again for every bag

    @classmethod
    def of(cls, bag: Mapping[str, Any], rows: int, state: np.random.RandomState) -> Bags:
        """The bags of a forest with `bag` parameters (random_state, bootstrap, max_samples)."""
        from sklearn.ensemble._forest import _get_n_samples_bootstrap

        drawn = _get_n_samples_bootstrap(rows, bag["max_samples"], None) if bag["bootstrap"] else None
        return cls(rows, drawn, state)

    def counts(self, tree_seed: int) -> NDArray[np.float64]:
        """(rows,) times that each row is in the bag of the tree with `tree_seed`."""
        from sklearn.ensemble._forest import _generate_sample_indices

        if self.drawn is None:
            return np.ones(self.rows)
        self.state.seed(tree_seed)
        indices = _generate_sample_indices(self.state, self.rows, self.drawn, None)
        return np.bincount(indices, minlength=self.rows).astype(np.float64)


def tree_seeds(seed: int, trees: int) -> list[int]:
    """The seeds that a forest with `random_state=seed` gives its trees: more trees, same beginning."""
    state = np.random.RandomState(seed)
    return [int(state.randint(np.iinfo(np.int32).max)) for _ in range(trees)]
