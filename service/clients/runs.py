"""A run of the pipeline, in words and figures; reads Prefect's answers, asks nobody anything."""

from collections.abc import Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

STEPS = 50
FINAL = frozenset({"COMPLETED", "FAILED", "CRASHED", "CANCELLED"})
_UNDER_WAY = {
    "SCHEDULED": "It waits for its turn.",
    "PENDING": "It is about to start.",
    "RUNNING": "It is under way.",
    "PAUSED": "It is paused: go on with it in Prefect.",
    "CANCELLING": "It is being cancelled.",
}
_ENDED = {
    "COMPLETED": "It ended well.",
    "FAILED": "It failed without saying why: its log in Prefect may tell.",
    "CRASHED": "Its process ended before it did: look at its log in Prefect, then run it again.",
    "CANCELLED": "It was cancelled.",
}
# what Prefect calls a scheduled run that nobody took up in time, and one that waits for another
_NAMED = {
    "Late": "No worker has taken it up yet: see whether one runs (`make up`).",
    "AwaitingConcurrencySlot": "It waits for another run of the same deployment to end.",
}

Type = Literal["SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"]


class Retrain(BaseModel):
    """What may be said of a training that is asked for."""

    model_config = ConfigDict(extra="forbid")

    asked_by: str = Field("", max_length=100, description="who wants it, for the record, beside the name of the key")


class Rollback(Retrain):
    """Which version shall serve again."""

    version: str = Field(pattern=r"^[1-9][0-9]{0,9}$", description="number of a registered version")
    reason: str = Field("asked for", min_length=1, max_length=500, description="why, for the record")


class Step(BaseModel):
    """A step of a run."""

    name: str = Field(description="what is done")
    state: Type = Field(description="how far it is")


class Run(BaseModel):
    """A run of the pipeline."""

    id: UUID = Field(description="names it here and in Prefect")
    name: str = Field(description="its name in Prefect")
    state: Type = Field(description="of Prefect's kinds of state")
    finished: bool = Field(description="whether the state is final: COMPLETED, FAILED, CRASHED or CANCELLED")
    outcome: str = Field(description="what became of it, or how far it is, in a sentence")
    progress: float | None = Field(None, description="of its longest step, 0 to 1; null before that begins")
    steps: list[Step] = Field(description=f"begun so far, in their order, at most {STEPS}")
    created_at: AwareDatetime = Field(description="UTC")
    started_at: AwareDatetime | None = Field(None, description="UTC, null before it starts")
    ended_at: AwareDatetime | None = Field(None, description="UTC, null before it ends")
    prefect_run_url: str = Field(description="the run in Prefect, for a browser")


def described(
    run: Mapping[str, Any], steps: Sequence[Mapping[str, Any]], artifacts: Sequence[Mapping[str, Any]], url: str
) -> Run:
    """A flow run, its task runs and its progress artifacts, all as Prefect has them."""
    state = run.get("state") or {"type": "PENDING"}
    return Run(
        id=run["id"],
        name=run["name"],
        state=state["type"],
        finished=state["type"] in FINAL,
        outcome=outcome(state),
        progress=max((float(artifact["data"]) / 100 for artifact in artifacts), default=None),
        steps=[Step(name=step["name"].rsplit("-", 1)[0], state=step["state_type"] or "PENDING") for step in steps],
        created_at=run["created"],
        started_at=run.get("start_time"),
        ended_at=run.get("end_time"),
        prefect_run_url=url,
    )


def outcome(state: Mapping[str, Any]) -> str:
    """What a state means, in one sentence: what the flow said, where it ended with words."""
    kind, said = state["type"], (state.get("message") or "").strip()
    if kind in FINAL:
        return said.splitlines()[0][:1000] if said else _ENDED[kind]
    return _NAMED.get(state.get("name", ""), _UNDER_WAY[kind])
