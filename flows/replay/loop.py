"""A system that watches and learns, day by day, by the rules of the flows. Knows arrays, no model and no server."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import numpy as np

from flows.monitoring.examine import Examination, examine
from flows.promotion.fresh_days import Values, judge_level
from flows.promotion.learning_policy import (
    ALARM_RULE,
    REFINEMENT_RULE,
    Evidence,
    Learned,
    LearningDecision,
    LearningRule,
    decide,
)


@dataclass(frozen=True)
class Champion:
    """A model by what it predicts: `forecast`, units for each day to come, shape (days,).

    `reference` are residuals on days it was not trained on, in the order of days.
    """

    forecast: Values
    reference: Values
    learned: Learned | None = None


@dataclass(frozen=True)
class Training:
    """A training that was started on a day (a number from 0), why, and whether its model was promoted."""

    day: int
    cause: str
    since: date | None
    outcome: str


@dataclass
class Loop:
    """The learning system: `step` lives through one day of sales. `first_day` is the date of day 0."""

    champion: Champion
    first_day: date
    rule: LearningRule = field(default_factory=LearningRule)
    sales: list[float] = field(default_factory=list)
    watched_from: int = 0
    last_alarm_training: date | None = None
    trainings: list[Training] = field(default_factory=list)
    alarms: list[int] = field(default_factory=list)

    def step(self, units: float) -> None:
        """See what was sold on the next day, examine the champion, and learn if the policy says so."""
        self.sales.append(units)
        today = len(self.sales) - 1
        found = self._examine(today)
        if found.status == "alarm" and found.raised_on == self.date_of(today):
            self.alarms.append(today)
        decision = decide(self._evidence(today, found), self.rule)
        if decision.train:
            self._train(today, decision)

    def date_of(self, day: int) -> date:
        """Return the date of a day."""
        return self.first_day + timedelta(days=day)

    def _examine(self, today: int) -> Examination:
        days = range(self.watched_from, today + 1)
        new = np.array(self.sales[self.watched_from :]) - self.champion.forecast[self.watched_from : today + 1]
        return examine(self.champion.reference, [self.date_of(day) for day in days], new)

    def _evidence(self, today: int, found: Examination) -> Evidence:
        learned = self.champion.learned
        since = found.since or (learned.since if learned else None)
        return Evidence(
            today=self.date_of(today),
            champion_version="1",
            trained_on=self.date_of(today),
            data_version="1",
            change=found.change,
            change_since=found.since,
            raised_on=found.raised_on,
            days_since_change=(self.date_of(today) - since).days + 1 if since else 0,
            champion_learned=learned,
            last_alarm_training=self.last_alarm_training,
        )

    def _train(self, today: int, decision: LearningDecision) -> None:
        since, alarm = decision.since, decision.cause == "alarm"
        outcome = self._learn_level(since, today, by_alarm=alarm) if since else "kept"
        if alarm:
            self.last_alarm_training, self.watched_from = self.date_of(today), today + 1
        self.trainings.append(Training(today, decision.cause or "", since, outcome))

    def _learn_level(self, since: date, today: int, *, by_alarm: bool) -> str:
        first = (since - self.first_day).days
        actual = np.array(self.sales[first:])
        judged = judge_level(
            actual, self.champion.forecast[first : today + 1], ALARM_RULE if by_alarm else REFINEMENT_RULE
        )
        learned, before = Learned(since, len(actual)), self.champion
        if judged.outcome == "promoted":
            reference = np.concatenate([before.reference * judged.factor, judged.residuals])
            self.champion = Champion(before.forecast * judged.factor, reference, learned)
            self.watched_from = today + 1
        elif before.learned:
            self.champion = Champion(before.forecast, before.reference, learned)
        return judged.outcome
