"""Whether a challenger replaces the champion. Knows scores only."""

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

Outcome = Literal["promoted", "kept", "rolled back"]
Progress = Literal["begun", "carried out", "not carried out"]


class Rule(BaseModel):
    """What a challenger has to show. The defaults mean: the lower RMSE wins."""

    model_config = ConfigDict(frozen=True)

    min_improvement: float = Field(0.0, ge=0, lt=1)
    min_confidence: float = Field(0.0, ge=0, le=1)

    def __str__(self) -> str:
        """The rule in words."""
        margin = f" by more than {self.min_improvement:.1%}" if self.min_improvement else ""
        certainty = f" with a confidence of at least {self.min_confidence:.0%}" if self.min_confidence else ""
        return f"promote when the challenger's RMSE is lower{margin}{certainty}"


class Decision(BaseModel):
    """The record of one decision. RMSE in units, on the same test rows; times UTC.

    `progress` is what became of it: `begun` before the alias moves, so that a decision that was cut off shows.
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
    progress: Progress = "begun"

    def settled(self, champion: str | None) -> "Decision":
        """The record closed by who is champion now; one that is closed stays as it is."""
        if self.progress != "begun":
            return self
        done = self.outcome == "kept" or champion == self.version
        return self.model_copy(update={"progress": "carried out" if done else "not carried out"})


def judge(
    rule: Rule, challenger_rmse: float, champion_rmse: float | None, confidence: float | None
) -> tuple[Outcome, str]:
    """Apply the rule to RMSEs in units on the same rows; give the outcome and its reason in words."""
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
