"""When to train, why, and on which days: one pure rule over the evidence. Knows no data, model or server.

One cause trains once: the decision's id is a digest of the cause and what it refers to, and the run that carries it
out uses the id as its idempotency key, whatever is killed in between.
"""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pydantic import Field

from flows.parameters import FlowParameters
from flows.promotion.policy import PromotionRule

Cause = Literal["alarm", "refinement", "new_data", "age", "person"]
Change = Literal["none", "rise", "fall", "noise"]

ALARM_RULE = PromotionRule(min_improvement=0.03, min_confidence=0.95)
"""What a level that an alarm led to must achieve; a refinement of it need only be better."""
REFINEMENT_RULE = PromotionRule()


class LearningRule(FlowParameters):
    """When evidence leads to a training. Days are calendar days."""

    min_days_after_change: int = Field(
        10, ge=4, le=90, description="Days sold since a change before a model may learn from them; half of them judge."
    )
    cooldown_days: int = Field(
        7, ge=0, le=90, description="Days after a training by an alarm before the next alarm may train."
    )
    max_age_days: int = Field(30, ge=1, le=3650, description="Train when the last training is this many days ago.")
    refine_growth: float = Field(
        2.0, ge=1.1, le=10, description="Learn a change anew when this many times the days are known since it."
    )


@dataclass(frozen=True)
class Learned:
    """What the champion learned of a change: the first day of it, and how many days since it the training had."""

    since: date
    days: int


@dataclass(frozen=True)
class Evidence:
    """What is known today. `data_problems` are sentences; any of them blocks a training by alarm.

    `trained_on` is the day of the last training, whatever came of it. `raised_on` is the day on which the alarm was
    raised; unlike `change_since` it does not move as days are added, so it identifies the alarm. `days_since_change`
    counts sold days from `change_since` on, or from `champion_learned.since` without an alarm. `last_alarm_training` is
    the day of the last training that an alarm started, whether it led to a promotion or not.
    """

    today: date
    champion_version: str | None
    trained_on: date | None
    data_version: str
    data_is_new: bool = False
    change: Change = "none"
    change_since: date | None = None
    raised_on: date | None = None
    days_since_change: int = 0
    champion_learned: Learned | None = None
    last_alarm_training: date | None = None
    data_problems: tuple[str, ...] = ()
    asked_by: str | None = None


@dataclass(frozen=True)
class LearningDecision:
    """What to do, and why. `since` is the first day of the change to learn, None for a training on all days."""

    train: bool
    cause: Cause | None
    reason: str
    blocks: tuple[str, ...] = ()
    since: date | None = None
    decision_id: str = ""


def decide(evidence: Evidence, rule: LearningRule = LearningRule()) -> LearningDecision:  # noqa: B008 - frozen
    """Choose the strongest cause that holds: person, alarm, refinement, new data, age.

    Bad data and the cooldown block a training that an alarm started; a person overrides both.
    """
    if evidence.asked_by:
        return _train(evidence, "person", f"{evidence.asked_by} asked for it", evidence.today.isoformat())
    if evidence.change != "none":
        return _answer_alarm(evidence, rule)
    if evidence.data_problems:
        return LearningDecision(False, None, "the data has problems", evidence.data_problems)
    if (learned := evidence.champion_learned) and evidence.days_since_change >= rule.refine_growth * learned.days:
        reason = (
            f"{evidence.days_since_change} days are known since {learned.since}, {learned.days} at the last training"
        )
        return _train(evidence, "refinement", reason, f"{learned.since} {learned.days}", learned.since)
    if evidence.data_is_new:
        return _train(evidence, "new_data", f"data version {evidence.data_version} is new", evidence.data_version)
    return _consider_age(evidence, rule)


def _answer_alarm(evidence: Evidence, rule: LearningRule) -> LearningDecision:
    blocks = list(evidence.data_problems)
    if evidence.change_since is not None and evidence.days_since_change < rule.min_days_after_change:
        blocks.append(f"{evidence.days_since_change} of {rule.min_days_after_change} days are known since the change")
    if (last := evidence.last_alarm_training) and (past := (evidence.today - last).days) < rule.cooldown_days:
        blocks.append(f"the last training by an alarm was {past} days ago, and {rule.cooldown_days} are asked for")
    what = {"rise": "sales rose", "fall": "sales fell", "noise": "sales scatter more", "none": ""}[evidence.change]
    since = f" since {evidence.change_since}" if evidence.change_since else ""
    if blocks:
        return LearningDecision(False, "alarm", f"{what}{since}", tuple(blocks), evidence.change_since)
    mark = f"{evidence.raised_on or evidence.change_since} {evidence.last_alarm_training}"
    return _train(evidence, "alarm", f"{what}{since}", mark, evidence.change_since)


def _consider_age(evidence: Evidence, rule: LearningRule) -> LearningDecision:
    trained = evidence.trained_on
    if trained is None or (evidence.today - trained).days >= rule.max_age_days:
        age = (
            "no model serves" if trained is None else f"the last training is {(evidence.today - trained).days} days ago"
        )
        return _train(evidence, "age", age, f"{trained} {evidence.data_version}")
    return LearningDecision(False, None, "nothing has changed")


def _train(evidence: Evidence, cause: Cause, reason: str, mark: str, since: date | None = None) -> LearningDecision:
    digest = hashlib.sha256(f"{cause} {evidence.champion_version} {mark}".encode()).hexdigest()[:16]
    return LearningDecision(True, cause, reason, since=since, decision_id=f"{cause}-{digest}")
