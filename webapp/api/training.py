"""Starts and follows runs of the pipeline. Knows the API's words for it, no HTTP library."""

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from webapp.api.client import ApiClient
from webapp.api.schema import ApiModel

State = Literal[
    "SCHEDULED", "PENDING", "RUNNING", "PAUSED", "CANCELLING", "COMPLETED", "FAILED", "CRASHED", "CANCELLED"
]


class Step(ApiModel):
    """A step of a run, by the name that the pipeline gave it."""

    name: str
    state: State


class Run(ApiModel):
    """A run: its state, what became of it in the pipeline's own words, `progress` of its longest step (0 to 1)."""

    id: UUID
    name: str
    state: State
    finished: bool
    outcome: str
    progress: float | None = None
    steps: tuple[Step, ...] = ()
    created_at: AwareDatetime | None = None
    prefect_run_url: str


def start_training(api: ApiClient, asked_by: str) -> Run:
    """Start a training. Raises ApiError, of kind PIPELINE_AWAY where Prefect does not answer."""
    return api.request(Run, "POST", "/model/retrain", json={"asked_by": asked_by})


def start_rollback(api: ApiClient, version: str, reason: str, asked_by: str) -> Run:
    """Start to put a version back. Raises ApiError, as `start_training`."""
    body = {"version": version, "asked_by": asked_by} | ({"reason": reason} if reason else {})
    return api.request(Run, "POST", "/model/rollback", json=body)


def get_run(api: ApiClient, name: UUID) -> Run:
    """Read how far a run is. Raises ApiError."""
    return api.request(Run, "GET", f"/runs/{name}")
