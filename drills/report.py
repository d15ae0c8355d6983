"""What a drill says of itself, in a line; knows no drill."""

from dataclasses import dataclass, field


@dataclass
class Line:
    """What was done, what was expected, and what was seen."""

    done: str
    expected: str
    seen: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    skipped: str | None = None
    """Why it was not done at all, with the cure."""

    def saw(self, what: str) -> None:
        """A figure worth telling."""
        self.seen.append(what)

    def hold(self, what: bool, otherwise: str) -> None:
        """Note a fault where something is not as expected."""
        if not what:
            self.faults.append(otherwise)

    def __str__(self) -> str:
        """The line, as it is printed."""
        verdict = "NOT RUN" if self.skipped else "FAILED" if self.faults else "OK"
        seen = "; ".join([f"FAULT: {fault}" for fault in self.faults] + self.seen)
        return f"{verdict} | {self.done} | expected: {self.expected} | seen: {self.skipped or seen}"


def skipped(done: str, why: str) -> Line:
    """A drill that cannot be done here."""
    return Line(done, "", skipped=why)
