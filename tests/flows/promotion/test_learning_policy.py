"""Which evidence leads to a training, by which cause, and what blocks it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from flows.promotion.learning_policy import Evidence, Learned, LearningRule, decide

TODAY = date(2026, 11, 28)
RULE = LearningRule()
QUIET = Evidence(TODAY, "3", TODAY - timedelta(days=5), "data-1")
RISE = replace(QUIET, change="rise", change_since=TODAY - timedelta(days=12), days_since_change=13)


def test_nothing_new_trains_nothing() -> None:
    assert decide(QUIET, RULE).train is False


@pytest.mark.parametrize(
    ("evidence", "cause"),
    [
        (RISE, "alarm"),
        (replace(QUIET, change="noise"), "alarm"),
        (replace(QUIET, data_is_new=True), "new_data"),
        (replace(QUIET, trained_on=TODAY - timedelta(days=30)), "age"),
        (replace(QUIET, champion_version=None, trained_on=None), "age"),
        (replace(QUIET, champion_learned=Learned(date(2026, 11, 1), 14), days_since_change=28), "refinement"),
        (replace(QUIET, asked_by="Ana"), "person"),
        (replace(RISE, data_is_new=True), "alarm"),
    ],
)
def test_each_cause_trains(evidence: Evidence, cause: str) -> None:
    decision = decide(evidence, RULE)
    assert (decision.train, decision.cause) == (True, cause)
    assert decision.decision_id.startswith(f"{cause}-")


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (replace(RISE, days_since_change=9), "9 of 10 days"),
        (replace(RISE, last_alarm_training=TODAY - timedelta(days=6)), "6 days ago"),
        (replace(RISE, data_problems=("nothing was sold in the last 7 days",)), "nothing was sold"),
    ],
)
def test_an_alarm_is_blocked_and_says_why(evidence: Evidence, words: str) -> None:
    decision = decide(evidence, RULE)
    assert (decision.train, decision.cause) == (False, "alarm")
    assert words in " ".join(decision.blocks)


def test_a_person_overrides_blocks() -> None:
    assert decide(replace(RISE, data_problems=("all zero",), asked_by="Ana"), RULE).train


def test_one_cause_has_one_id_until_it_changes() -> None:
    again = replace(RISE, today=TODAY + timedelta(days=1), days_since_change=14)
    later = replace(RISE, change_since=TODAY - timedelta(days=2), days_since_change=12)
    assert decide(RISE, RULE).decision_id == decide(again, RULE).decision_id
    assert decide(RISE, RULE).decision_id != decide(later, RULE).decision_id
    assert decide(RISE, RULE).decision_id != decide(replace(RISE, champion_version="4"), RULE).decision_id
