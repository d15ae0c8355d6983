"""Decides whether a challenger replaces the champion. Knows scores only."""

from datetime import UTC, date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from flows.parameters import FlowParameters

Outcome = Literal["promoted", "kept", "rolled back"]
DecisionProgress = Literal["begun", "carried out", "not carried out"]


class PromotionRule(FlowParameters):
    """What a challenger must achieve. With the defaults, the lower RMSE wins."""

    min_improvement: float = Field(0.0, ge=0, lt=1, description="Share by which the RMSE must be lower, 0 to 1.")
    min_confidence: float = Field(0.0, ge=0, le=1, description="Bootstrap confidence that it is lower, 0 to 1.")

    def __str__(self) -> str:
        """Return the rule as a sentence."""
        margin = f" by more than {self.min_improvement:.1%}" if self.min_improvement else ""
        certainty = f" with a confidence of at least {self.min_confidence:.0%}" if self.min_confidence else ""
        return f"promote when the challenger's RMSE is lower{margin}{certainty}"


class LearnedLevel(BaseModel):
    """What a rescaled champion learned: its predictions times `factor`, from `days` sold from `since` to `until`."""

    model_config = ConfigDict(frozen=True)

    since: date
    days: int
    until: date
    factor: float


class Decision(BaseModel):
    """The record of one decision. RMSE is in units, on the same test rows; times are UTC.

    `progress` is `begun` until the alias has moved, so an interrupted decision can be recognised. `model_created_at`
    tells registered models of the same name apart: the version numbers of a new one start again. `cause`,
    `decision_id` and `evidence` come from the watch if it started the training; `data_until` is the last day that the
    training knew, `learned` what a rescaled champion learned.
    """

    model_config = ConfigDict(frozen=True)

    outcome: Outcome
    version: str
    champion_before: str | None
    challenger_rmse: float | None = None
    champion_rmse: float | None = None
    confidence: float | None = None
    rows: int | None = None
    rule: str
    reason: str
    decided_by: str
    decided_at: datetime = Field(default_factory=lambda: datetime.now(UTC))
    progress: DecisionProgress = "begun"
    model_created_at: datetime | None = None
    cause: str = ""
    decision_id: str = ""
    evidence: str = ""
    data_until: date | None = None
    learned: LearnedLevel | None = None

    def resolved(self, champion: str | None) -> "Decision":
        """Return the record with its result, derived from the current champion. A closed record stays as it is."""
        if self.progress != "begun":
            return self
        done = self.outcome == "kept" or champion == self.version
        return self.model_copy(update={"progress": "carried out" if done else "not carried out"})


def apply_rule(
    rule: PromotionRule, challenger_rmse: float, champion_rmse: float | None, confidence: float | None
) -> tuple[Outcome, str]:
    """Apply the rule to RMSEs in units on the same rows; return the outcome and the reason as a sentence."""
    if champion_rmse is None:
        return "promoted", "there was no champion to compare with"
    gain = 1 - challenger_rmse / champion_rmse if champion_rmse > 0 else 0.0
    compared = f"RMSE {challenger_rmse:.2f} against {champion_rmse:.2f} ({gain:+.1%} better)"
    if not challenger_rmse < champion_rmse * (1 - rule.min_improvement):
        return "kept", f"{compared}, where more than {rule.min_improvement:.1%} is asked for"
    if confidence is not None and confidence < rule.min_confidence:
        return (
            "kept",
            f"{compared}, with a confidence of {confidence:.0%} where {rule.min_confidence:.0%} is asked for",
        )
    return "promoted", compared
