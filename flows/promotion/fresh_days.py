"""Learn a new level from the days since a change, and judge it on days it was not fitted on. Knows arrays only."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from flows.promotion.policy import Outcome, PromotionRule, apply_rule
from flows.training.metrics import bootstrap_confidence, score

Values = NDArray[np.float64]

MIN_FRESH_DAYS = 4


def level_factor(actual: Values, predicted: Values) -> float:
    """Return units sold over units predicted, arrays of shape (n,): the ratio estimator of a changed level.

    Raises:
        ValueError: nothing was predicted, or nothing was sold.
    """
    sold, expected = float(np.sum(actual)), float(np.sum(predicted))
    if not (sold > 0 and expected > 0):
        raise ValueError("a level needs units sold and units predicted above zero")
    return sold / expected


def cross_fitted(actual: Values, predicted: Values) -> Values:
    """Rescale predictions, shape (n,) in the order of days, each by the level of the days that are not its own.

    Days of even index are predicted with the level of the odd ones, and the other way round. So every day judges a
    level that it did not help to fit.

    Raises:
        ValueError: fewer than `MIN_FRESH_DAYS` days, or a half without sales.
    """
    if len(actual) < MIN_FRESH_DAYS:
        raise ValueError(f"{len(actual)} days are too few to learn a level and judge it: {MIN_FRESH_DAYS} at least")
    even = np.arange(len(actual)) % 2 == 0
    factors = np.where(even, level_factor(actual[~even], predicted[~even]), level_factor(actual[even], predicted[even]))
    return np.asarray(predicted * factors, dtype=np.float64)


@dataclass(frozen=True)
class LevelJudgement:
    """A new level, and how it did against the champion on the days that it was learned from, cross-fitted.

    `residuals`, shape (days,), are actual minus cross-fitted predictions in units: what is usual at the new level.
    """

    factor: float
    outcome: Outcome
    reason: str
    challenger_rmse: float
    champion_rmse: float
    confidence: float
    residuals: Values


def judge_level(actual: Values, predicted: Values, rule: PromotionRule) -> LevelJudgement:
    """Learn a level from days, shape (n,) in order, and judge it by `rule` against the champion's predictions.

    Raises:
        ValueError: too few days, or a half of them without sales.
    """
    challenger = cross_fitted(actual, predicted)
    ours, theirs = score(actual, challenger).rmse, score(actual, predicted).rmse
    confidence = bootstrap_confidence(actual, predicted, challenger)
    outcome, reason = apply_rule(rule, ours, theirs, confidence)
    factor = level_factor(actual, predicted)
    return LevelJudgement(factor, outcome, reason, ours, theirs, confidence, actual - challenger)
