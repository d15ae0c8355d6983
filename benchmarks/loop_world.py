"""A game whose sales change, and a system that watches and learns, day by day. The rules are those of the flows.

The champion is the weekday's mean of the train days, times a level. It knows nothing of the day of the change.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from flows.monitoring.examine import examine
from flows.promotion.fresh_days import Values, cross_fitted, level_factor
from flows.promotion.learning_policy import Evidence, Learned, LearningRule, decide
from flows.promotion.policy import PromotionRule, apply_rule
from flows.training.metrics import bootstrap_confidence, score

WEEKDAY_UNITS = np.array([1638.0, 2046.0, 2560.0, 3040.0, 3480.0, 3900.0, 4150.0])
NOISE_UNITS = 117.0
HISTORY_DAYS = 365
TEST_SHARE = 0.3
FIRST_DAY = date(2026, 1, 1)
ALARM_RULE = PromotionRule(min_improvement=0.03, min_confidence=0.95)
REFINEMENT_RULE = PromotionRule()


@dataclass
class Champion:
    """Predicts units by weekday; `reference` are residuals on days it was not trained on, in the order of days."""

    units: Values
    reference: Values
    learned: Learned | None = None

    def predict(self, weekdays: np.ndarray) -> Values:
        """Predict units, shape (n,), for weekdays 0 to 6."""
        return np.asarray(self.units[weekdays], dtype=np.float64)


def first_champion(sales: Values, weekdays: np.ndarray, generator: np.random.Generator) -> Champion:
    """Train on a stable 70 % of the history and take the residuals of the rest as reference."""
    test = generator.uniform(size=len(sales)) < TEST_SHARE
    units = np.array([sales[(weekdays == day) & ~test].mean() for day in range(7)])
    return Champion(units, (sales - units[weekdays])[test])


@dataclass
class Loop:
    """The learning system: `step` lives through one day of sales."""

    champion: Champion
    rule: LearningRule = field(default_factory=LearningRule)
    sales: list[float] = field(default_factory=list)
    watched_from: int = 0
    last_alarm_training: date | None = None
    trainings: list[tuple[int, str, str]] = field(default_factory=list)
    alarms: int = 0

    def step(self, units: float) -> None:
        """See what was sold on the next day, examine the champion, and learn if the policy says so."""
        self.sales.append(units)
        day = len(self.sales) - 1
        weekdays = np.arange(self.watched_from, day + 1) % 7
        new = np.array(self.sales[self.watched_from :]) - self.champion.predict(weekdays)
        found = examine(self.champion.reference, [_date(self.watched_from + d) for d in range(len(new))], new)
        self.alarms += found.status == "alarm" and found.raised_on == _date(day)
        since = found.since or (self.champion.learned.since if self.champion.learned else None)
        evidence = Evidence(
            today=_date(day),
            champion_version="1",
            champion_trained_on=_date(day),
            data_version="1",
            change=found.change,
            change_since=found.since,
            days_since_change=(_date(day) - since).days + 1 if since else 0,
            champion_learned=self.champion.learned,
            last_alarm_training=self.last_alarm_training,
        )
        decision = decide(evidence, self.rule)
        if decision.train:
            self._train(day, decision.cause or "", decision.since)

    def _train(self, day: int, cause: str, since: date | None) -> None:
        outcome = "kept"
        if since is not None:
            outcome = self._learn_level(
                (since - FIRST_DAY).days, day, REFINEMENT_RULE if cause == "refinement" else ALARM_RULE
            )
        if cause == "alarm":
            self.last_alarm_training, self.watched_from = _date(day), day + 1
        self.trainings.append((day, cause, outcome))

    def _learn_level(self, first: int, day: int, rule: PromotionRule) -> str:
        actual = np.array(self.sales[first : day + 1])
        predicted = self.champion.predict(np.arange(first, day + 1) % 7)
        challenger = cross_fitted(actual, predicted)
        outcome, _ = apply_rule(
            rule,
            score(actual, challenger).rmse,
            score(actual, predicted).rmse,
            bootstrap_confidence(actual, predicted, challenger),
        )
        learned = Learned(_date(first), len(actual))
        if outcome == "promoted":
            factor = level_factor(actual, predicted)
            self.champion = Champion(
                self.champion.units * factor,
                np.concatenate([self.champion.reference * factor, actual - challenger]),
                learned,
            )
            self.watched_from = day + 1
        elif self.champion.learned:
            self.champion.learned = learned
        return outcome


def _date(day: int) -> date:
    return FIRST_DAY + timedelta(days=day)


def history(generator: np.random.Generator) -> tuple[Values, np.ndarray]:
    """Make the past: units and weekdays 0 to 6, shape (HISTORY_DAYS,), the last one the day before day 0."""
    weekdays = np.arange(-HISTORY_DAYS, 0) % 7
    return WEEKDAY_UNITS[weekdays] + generator.normal(0, NOISE_UNITS, HISTORY_DAYS), weekdays


def future(generator: np.random.Generator, days: int, factor: float) -> Values:
    """Make the days to come, shape (days,), all of them at `factor` times the level of the past."""
    return factor * WEEKDAY_UNITS[np.arange(days) % 7] + generator.normal(0, NOISE_UNITS, days)
