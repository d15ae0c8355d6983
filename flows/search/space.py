"""What is searched: the estimator and its default grid. Knows nothing of data or scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

DEFAULT_GRID: Mapping[str, Sequence[object]] = MappingProxyType(
    {"n_estimators": (100, 200), "max_depth": (None, 10, 20), "min_samples_split": (2, 5)}
)


def pipeline(seed: int, **forest_params: object) -> Pipeline:
    """An unfitted scaler and random forest; `forest_params` are RandomForestRegressor's own."""
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    forest = RandomForestRegressor(**{"random_state": seed, **forest_params})
    return Pipeline([("scaler", StandardScaler()), ("forest", forest)])
