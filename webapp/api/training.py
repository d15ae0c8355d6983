"""Starts and follows runs of the pipeline. Knows the API's words for it, no HTTP library."""

from typing import Literal
from uuid import UUID

from webapp.api.client import ApiClient
from webapp.api.schema import Answer

State = Literal[
    "SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"
]


class Step(Answer):
    """A step of a run, by the name that the pipeline gave it."""

    name: str
    state: State


class Run(Answer):
    """A run: its state, what became of it in the pipeline's own words, `progress` of its longest step (0 to 1)."""

    id: UUID
    name: str
    state: State
    finished: bool
    outcome: str
    progress: float | None = None
    steps: tuple[Step, ...] = ()
    prefect_run_url: str


def retrain(api: ApiClient, asked_by: str) -> Run:
    """Start a training. Raises ApiError, of kind PIPELINE_AWAY where Prefect does not answer."""
    return api.ask(Run, "POST", "/model/retrain", json={"asked_by": asked_by})


def roll_back(api: ApiClient, version: str, reason: str, asked_by: str) -> Run:
    """Start to put a version back. Raises ApiError, as `retrain`."""
    body = {"version": version, "asked_by": asked_by} | ({"reason": reason} if reason else {})
    return api.ask(Run, "POST", "/model/rollback", json=body)


def run(api: ApiClient, name: UUID) -> Run:
    """Read how far a run is. Raises ApiError."""
    return api.ask(Run, "GET", f"/runs/{name}")
