"""How `make status` tells a decision."""

from datetime import UTC, datetime

from flows.orchestration.status import describe_decision
from flows.promotion.policy import Decision

KEPT = Decision(
    outcome="kept", version="4", champion_before="3", challenger_rmse=128.4, champion_rmse=127.91, confidence=0.43,
    rows=110, rule="a rule", reason="a reason", decided_by="the schedule (run x)", progress="carried out",
    decided_at=datetime(2026, 11, 23, 3, 0, tzinfo=UTC),
)  # fmt: skip


def test_scores_reason_rule_and_who_stand_under_when_and_what() -> None:
    assert describe_decision(KEPT) == (
        "2026-11-23 03:00 UTC  Version 4 kept",
        [
            "Scores: RMSE 128.40, version 3 127.91 on 110 test rows, confidence 43%",
            "Reason: a reason",
            "Rule:   a rule",
            "By:     the schedule (run x)",
        ],
    )


def test_one_that_was_cut_off_is_not_told_as_carried_out() -> None:
    cut_off = KEPT.model_copy(update={"outcome": "promoted", "progress": "begun"})
    assert describe_decision(cut_off.resolved("3"))[0].endswith("Version 4 promoted (interrupted: not carried out)")
    assert describe_decision(cut_off.resolved("4"))[0].endswith("Version 4 promoted")


def test_a_rollback_has_no_scores() -> None:
    back = Decision(outcome="rolled back", version="3", champion_before="4", rule="r", reason="w", decided_by="ana")
    assert [line.partition(":")[0] for line in describe_decision(back)[1]] == ["Reason", "Rule", "By"]
