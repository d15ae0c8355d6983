"""The rule, on both sides of each of its edges."""

import pytest

from flows.promotion.policy import PromotionRule, apply_rule


def test_the_first_model_is_promoted() -> None:
    assert apply_rule(PromotionRule(), 100, None, None)[0] == "promoted"


@pytest.mark.parametrize(
    ("rule", "challenger", "confidence", "outcome"),
    [
        (PromotionRule(), 99.9, 0.5, "promoted"),
        (PromotionRule(), 100, 0.5, "kept"),
        (PromotionRule(), 100.1, 0.5, "kept"),
        (PromotionRule(min_improvement=0.03), 97, 0.99, "kept"),
        (PromotionRule(min_improvement=0.03), 96.9, 0.99, "promoted"),
        (PromotionRule(min_confidence=0.95), 90, 0.949, "kept"),
        (PromotionRule(min_confidence=0.95), 90, 0.95, "promoted"),
    ],
)
def test_lower_by_the_margin_and_with_the_confidence(
    rule: PromotionRule, challenger: float, confidence: float, outcome: str
) -> None:
    decided, reason = apply_rule(rule, challenger, 100, confidence)
    assert decided == outcome
    assert f"{challenger:.2f} against 100.00" in reason


def test_a_perfect_champion_stays() -> None:
    assert apply_rule(PromotionRule(), 0, 0, 1)[0] == "kept"
