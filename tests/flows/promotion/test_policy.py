"""The rule, on both sides of each of its edges."""

import pytest

from flows.promotion.policy import Rule, judge


def test_the_first_model_is_promoted() -> None:
    assert judge(Rule(), 100, None, None)[0] == "promoted"


@pytest.mark.parametrize(
    ("rule", "challenger", "confidence", "outcome"),
    [
        (Rule(), 99.9, 0.5, "promoted"),
        (Rule(), 100, 0.5, "kept"),
        (Rule(), 100.1, 0.5, "kept"),
        (Rule(min_improvement=0.03), 97, 0.99, "kept"),
        (Rule(min_improvement=0.03), 96.9, 0.99, "promoted"),
        (Rule(min_confidence=0.95), 90, 0.949, "kept"),
        (Rule(min_confidence=0.95), 90, 0.95, "promoted"),
    ],
)
def test_lower_by_the_margin_and_with_the_confidence(
    rule: Rule, challenger: float, confidence: float, outcome: str
) -> None:
    decided, reason = judge(rule, challenger, 100, confidence)
    assert decided == outcome
    assert f"{challenger:.2f} against 100.00" in reason


def test_a_perfect_champion_stays() -> None:
    assert judge(Rule(), 0, 0, 1)[0] == "kept"
