"""Which parts were restarted between two polls of supervisord. Pure."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from infra.embedded.supervision.client import ProcessState

MAX_STARTS = 3  # of a part that never became ready: more would not help


@dataclass
class RestartTracker:
    """The pids that each part has had so far."""

    pids: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def update(self, states: Sequence[ProcessState]) -> list[str]:
        """Add the current pids. Returns the names of the parts that were restarted since the last call."""
        restarted = []
        for state in states:
            seen = self.pids[state.name]
            if state.pid and state.pid not in seen:
                seen.append(state.pid)
                restarted += [state.name] if len(seen) > 1 else []
        return restarted

    def failed(self, states: Sequence[ProcessState]) -> list[str]:
        """Return the names of the parts that supervisord gave up on, or that were started too often."""
        return [s.name for s in states if s.state == "FATAL" or len(self.pids[s.name]) > MAX_STARTS]
