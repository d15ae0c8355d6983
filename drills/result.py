"""The result of one drill, printed as a line. Imports no drill."""

from dataclasses import dataclass, field


@dataclass
class DrillResult:
    """What the drill did, what had to happen, and what happened."""

    action: str
    expectation: str
    observations: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    skip_reason: str | None = None
    """Why the drill did not run, and what to install."""

    def observe(self, observation: str) -> None:
        """Add a figure to the line."""
        self.observations.append(observation)

    def expect(self, condition: bool, failure: str) -> None:
        """Add `failure` if the condition is false."""
        if not condition:
            self.failures.append(failure)

    def __str__(self) -> str:
        """Return the line as it is printed."""
        verdict = "NOT RUN" if self.skip_reason else "FAILED" if self.failures else "OK"
        observed = "; ".join([f"FAILURE: {failure}" for failure in self.failures] + self.observations)
        return f"{verdict} | {self.action} | expected: {self.expectation} | observed: {self.skip_reason or observed}"


def skipped_drill(action: str, reason: str) -> DrillResult:
    """Return the result of a drill that cannot run on this machine."""
    return DrillResult(action, "", skip_reason=reason)
