"""Which parts have ended and come back, from one look at supervisord to the next. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.embedded.supervision import State

STARTS = 3  # of one part, none of which came to answer: more would not help


@dataclass
class Roll:
    """The pids that each part has had."""

    pids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def call(self, states: Sequence[State]) -> list[str]:
        """Names of the parts that were started again since the last call."""
        again = []
        for state in states:
            seen = self.pids[state.name]
            if state.pid and state.pid not in seen:
                seen.append(state.pid)
                again += [state.name] if len(seen) > 1 else []
        return again

    def hopeless(self, states: Sequence[State]) -> list[str]:
        """Names of the parts that supervisord gave up on, or that were started too often."""
        return [s.name for s in states if s.state == "FATAL" or len(self.pids[s.name]) > STARTS]
