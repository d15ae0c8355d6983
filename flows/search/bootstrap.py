"""Draws the bootstrap samples of a forest's trees exactly as scikit-learn does."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class BootstrapSampler:
    """Counts, for a training set of `rows`, how often each row is in a tree's bootstrap sample."""

    rows: int
    sample_size: int | None  # None: no bootstrap, every row once
    state: np.random.RandomState  # seeded again for every tree

    @classmethod
    def of(cls, params: Mapping[str, Any], rows: int, state: np.random.RandomState) -> BootstrapSampler:
        """Make a sampler from a forest's `random_state`, `bootstrap` and `max_samples`."""
        from sklearn.ensemble._forest import _get_n_samples_bootstrap

        sample_size = _get_n_samples_bootstrap(rows, params["max_samples"], None) if params["bootstrap"] else None
        return cls(rows, sample_size, state)

    def counts(self, tree_seed: int) -> NDArray[np.float64]:
        """Return, shape (rows,), how often each row is in the sample of the tree with `tree_seed`."""
        from sklearn.ensemble._forest import _generate_sample_indices

        if self.sample_size is None:
            return np.ones(self.rows)
        self.state.seed(tree_seed)
        indices = _generate_sample_indices(self.state, self.rows, self.sample_size, None)
        return np.bincount(indices, minlength=self.rows).astype(np.float64)


def tree_seeds(seed: int, trees: int) -> list[int]:
    """Return the seeds that a forest with `random_state=seed` gives its trees. More trees share the same prefix."""
    state = np.random.RandomState(seed)
    return [int(state.randint(np.iinfo(np.int32).max)) for _ in range(trees)]
