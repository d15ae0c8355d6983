"""Move the level of a fitted pipeline: every prediction times one factor, with no new kind of object in the model file.

A model wrapped in a class of ours would need a type that the API does not load. So the numbers inside are scaled.
"""

from copy import deepcopy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sklearn.pipeline import Pipeline


def rescaled(pipeline: "Pipeline", factor: float) -> "Pipeline":
    """Return a copy whose predictions are `factor` times those of `pipeline`, up to rounding.

    Raises:
        TypeError: the last step is no forest, no linear model and no histogram gradient boosting.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestRegressor
    from sklearn.linear_model import LinearRegression, Ridge

    copy = deepcopy(pipeline)
    model = copy[-1]
    if isinstance(model, RandomForestRegressor):
        for tree in model.estimators_:
            tree.tree_.value[...] *= factor
    elif isinstance(model, HistGradientBoostingRegressor):
        model._baseline_prediction = model._baseline_prediction * factor  # noqa: SLF001 - no public way to scale it
        for predictors in model._predictors:  # noqa: SLF001
            for predictor in predictors:
                predictor.nodes["value"] *= factor
    elif isinstance(model, Ridge | LinearRegression):
        model.coef_ = model.coef_ * factor
        model.intercept_ = model.intercept_ * factor
    else:
        raise TypeError(f"{type(model).__name__} has no known way to be rescaled")
    return copy
