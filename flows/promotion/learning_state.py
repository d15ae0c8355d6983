"""What past decisions and the champion's metadata say of learning: from which day to watch, what was learned. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flows.promotion.learning_policy import Learned
from flows.promotion.policy import Decision

ALARM = "alarm"


@dataclass(frozen=True)
class LearningState:
    """`watched_after` is the last day that is not watched any more; the rest is evidence for the policy."""

    watched_after: date | None
    learned: Learned | None
    last_alarm_training: date | None
    last_training: date | None


def learning_state(
    champion: str, metadata: Mapping[str, Any], decisions: Sequence[Decision], known_until: date | None
) -> LearningState:
    """Read the state from the champion's metadata and from decisions, newest first.

    `known_until` is the last day of the data that the champion was trained on. After a training by an alarm, watching
    begins anew on the day after its data, whatever came of it: the same days would raise the same alarm.
    """
    trainings = [found for found in decisions if found.outcome != "rolled back" and found.progress == "carried out"]
    alarm = next((found.data_until for found in trainings if found.cause == ALARM and found.data_until), None)
    days = [day for day in (known_until, alarm) if day]
    newest = trainings[0].decided_at.date() if trainings else None
    return LearningState(max(days, default=None), _learned(champion, metadata, trainings), alarm, newest)


def _learned(champion: str, metadata: Mapping[str, Any], trainings: Sequence[Decision]) -> Learned | None:
    """A refinement that was kept counts as learned too, or it would be tried every day."""
    if not (found := metadata.get("learned")):
        return None
    since = date.fromisoformat(found["since"])
    tried = [
        decision.learned.days
        for decision in trainings
        if decision.learned and decision.champion_before == champion and decision.learned.since == since
    ]
    return Learned(since, max([found["days"], *tried]))
