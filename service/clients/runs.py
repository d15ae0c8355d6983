"""A run of the pipeline, read from Prefect's JSON; asks nobody anything."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from domain.limits import MAX_REASON_CHARS, MAX_REQUESTER_CHARS

MAX_STEPS = 50
FINAL_STATES = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
_ACTIVE_OUTCOMES = {
    "SCHEDULED": "It waits for its turn.",
    "PENDING": "It is about to start.",
    "RUNNING": "It is under way.",
    "PAUSED": "It is paused: go on with it in Prefect.",
    "CANCELLING": "It is being cancelled.",
}
_FINAL_OUTCOMES = {
    "COMPLETED": "It ended well.",
    "FAILED": "It failed without saying why: its log in Prefect may tell.",
    "CRASHED": "Its process ended before it did: look at its log in Prefect, then run it again.",
    "CANCELLED": "It was cancelled.",
}
# Prefect's names of a scheduled run that no worker picked up in time, and of one that waits for another
_OUTCOMES_BY_NAME = {
    "Late": "No worker has picked it up yet: see whether one runs (`make up`).",
    "AwaitingConcurrencySlot": "It waits for another run of the same deployment to end.",
}

StateType = Literal[
    "SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"
]


class RetrainRequest(BaseModel):
    """A request for a training."""

    model_config = ConfigDict(extra="forbid")

    asked_by: str = Field(
        "", max_length=MAX_REQUESTER_CHARS, description="who requests it, for the record; the API key's name is added"
    )


class RollbackRequest(RetrainRequest):
    """A request to put an earlier version back."""

    version: str = Field(pattern=r"^[1-9][0-9]{0,9}$", description="number of a registered version")
    reason: str = Field("asked for", min_length=1, max_length=MAX_REASON_CHARS, description="why, for the record")


class Step(BaseModel):
    """A step of a run."""

    name: str = Field(description="what is done")
    state: StateType = Field(description="how far it is")


class Run(BaseModel):
    """A run of the pipeline."""

    id: UUID = Field(description="names it here and in Prefect")
    name: str = Field(description="its name in Prefect")
    state: StateType = Field(description="of Prefect's kinds of state")
    finished: bool = Field(description="whether the state is final: COMPLETED, FAILED, CRASHED or CANCELLED")
    outcome: str = Field(description="how it ended, or how far it is, in a sentence")
    progress: float | None = Field(None, description="of its longest step, 0 to 1; null before that starts")
    steps: list[Step] = Field(description=f"started so far, in order, at most {MAX_STEPS}")
    created_at: AwareDatetime = Field(description="UTC")
    started_at: AwareDatetime | None = Field(None, description="UTC, null before it starts")
    ended_at: AwareDatetime | None = Field(None, description="UTC, null before it ends")
    prefect_run_url: str = Field(description="the run in Prefect, for a browser")


def to_run(
    run: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], artifacts: Sequence[Mapping[str, Any]], url: str
) -> Run:
    """Build a run from Prefect's flow run, its task runs and its progress artifacts."""
    state = run.get("state") or {"type": "PENDING"}
    return Run(
        id=run["id"],
        name=run["name"],
        state=state["type"],
        finished=state["type"] in FINAL_STATES,
        outcome=describe_state(state),
        progress=max((float(artifact["data"]) / 100 for artifact in artifacts), default=None),
        steps=[Step(name=step["name"].rsplit("-", 1)[0], state=step["state_type"] or "PENDING") for step in steps],
        created_at=run["created"],
        started_at=run.get("start_time"),
        ended_at=run.get("end_time"),
        prefect_run_url=url,
    )


def describe_state(state: Mapping[str, Any]) -> str:
    """Describe a state in one sentence: the flow's own message if it ended with one."""
    kind, message = state["type"], (state.get("message") or "").strip()
    if kind in FINAL_STATES:
        return message.splitlines()[0][:1000] if message else _FINAL_OUTCOMES[kind]
    return _OUTCOMES_BY_NAME.get(state.get("name", ""), _ACTIVE_OUTCOMES[kind])
