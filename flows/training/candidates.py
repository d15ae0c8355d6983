"""The models that can compete with the forest: a pipeline and a grid for each. Knows scikit-learn, no data."""

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field

from flows.training.metrics import FEATURES

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline

Candidate = Literal["forest", "linear", "boosting"]
Candidates = Annotated[list[Candidate], Field(min_length=1)]


class CandidateSpec(NamedTuple):
    """A function from a seed to an unfitted pipeline, and the grid for the parameters of its last step."""

    make: "Callable[[int], Pipeline]"
    grid: Mapping[str, Sequence[object]]


def make_linear(_seed: int = 0) -> "Pipeline":
    """Ridge on one-hot codes; other columns are scaled. A code that was not in training adds nothing."""
    from sklearn.compose import ColumnTransformer
    from sklearn.linear_model import Ridge
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    # dense, because on a sparse table Ridge iterates and stops before the exact solution
    codes = OneHotEncoder(handle_unknown="ignore", sparse_output=False)
    inputs = ColumnTransformer([("codes", codes, FEATURES)], remainder=StandardScaler())
    return Pipeline([("inputs", inputs), ("linear", Ridge())])


def make_boosting(seed: int) -> "Pipeline":
    """Gradient boosting on binned columns, without early stopping: the grid chooses the number of iterations."""
    from sklearn.ensemble import HistGradientBoostingRegressor
    from sklearn.pipeline import Pipeline

    return Pipeline([("boosting", HistGradientBoostingRegressor(early_stopping=False, random_state=seed))])


CANDIDATE_SPECS: Mapping[str, CandidateSpec] = MappingProxyType(
    {
        "linear": CandidateSpec(make_linear, {"alpha": (0.1, 1.0, 10.0)}),
        "boosting": CandidateSpec(
            make_boosting, {"learning_rate": (0.05, 0.1), "max_iter": (50, 100), "min_samples_leaf": (10, 20)}
        ),
    }
)
