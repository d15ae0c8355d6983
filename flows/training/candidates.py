"""What may compete with the forest: for each name a pipeline and a grid. Knows scikit-learn, nothing of data."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from flows.training.metrics import FEATURES

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Candidate = Literal["forest", "linear", "boosting"]
Candidates = Annotated[list[Candidate], Field(min_length=1)]


class Rival(NamedTuple):
    """An unfitted pipeline, made for a seed, and what to try for the parameters of its last step."""

    make: "Callable[[int], Pipeline]"
    grid: Mapping[str, Sequence[object]]


def linear(_seed: int = 0) -> "Pipeline":
    """A level for each weekday, season and holiday, added up; other columns scaled. An unseen code adds nothing."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    # dense: for a sparse table Ridge iterates, and stops before the exact solution
    codes = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    inputs = ColumnTransformer([("codes", codes, FEATURES)], remainder=StandardScaler())
    return Pipeline([("inputs", inputs), ("linear", Ridge())])


def boosting(seed: int) -> "Pipeline":
    """Gradient boosting on binned columns, without early stopping: what it drops is left to the grid."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.pipeline import Pipeline

    return Pipeline([("boosting", HistGradientBoostingRegressor(early_stopping=False, random_state=seed))])


RIVALS: Mapping[str, Rival] = MappingProxyType(
    {
        "linear": Rival(linear, {"alpha": (0.1, 1.0, 10.0)}),
        "boosting": Rival(
            boosting, {"learning_rate": (0.05, 0.1), "max_iter": (50, 100), "min_samples_leaf": (10, 20)}
        ),
    }
)
