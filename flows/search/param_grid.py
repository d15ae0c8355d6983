"""The estimator to search, its default grid, and the points of a grid. Knows no data and no scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flows.search.errors import SearchError

if TYPE_CHECKING:
    from sklearn.ensemble import RandomForestRegressor
    from sklearn.pipeline import Pipeline

DEFAULT_GRID: Mapping[str, Sequence[object]] = MappingProxyType(
    {"n_estimators": (100, 200), "max_depth": (None, 10, 20), "min_samples_split": (2, 5)}
)


def forest(seed: int, **forest_params: object) -> RandomForestRegressor:
    """Make an unfitted forest. A `random_state` among the parameters overrides `seed`."""
    from sklearn.ensemble import RandomForestRegressor

    return RandomForestRegressor(**{"random_state": seed, **forest_params})


def pipeline(seed: int, **forest_params: object) -> Pipeline:
    """Make an unfitted pipeline of scaler and random forest. `forest_params` are those of RandomForestRegressor."""
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    return Pipeline([("scaler", StandardScaler()), ("forest", forest(seed, **forest_params))])


def grid_points(grid: Mapping[str, Sequence[object]]) -> list[dict[str, Any]]:
    """Return the grid's points in ParameterGrid's order. Raises SearchError for a name or value no forest takes."""
    from sklearn.model_selection import ParameterGrid

    known = sorted(forest(0).get_params())
    unknown = sorted(set(grid) - set(known))
    if unknown:
        raise SearchError(f"The grid names {', '.join(unknown)}; a forest's parameters are {', '.join(known)}.")
    empty = sorted(name for name, values in grid.items() if not len(values))
    if empty:
        raise SearchError(f"The grid has no value for {', '.join(empty)}: give one at least, or leave it out.")
    points = list(ParameterGrid({name: list(values) for name, values in grid.items()}))
    for point in points:
        _validate(point)
    return points


def _validate(point: Mapping[str, Any]) -> None:
    try:
        # set_params, as GridSearchCV does: the constructor replaces deprecated values.
        # Validate here, because trees are grown with validation off.
        forest(0).set_params(**point)._validate_params()  # noqa: SLF001
    except ValueError as error:
        raise SearchError(f"The grid cannot be searched: {error}") from error
