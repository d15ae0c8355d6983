"""Starts a deployment on a running stack and follows it. Knows Prefect's client, nothing of data or models."""

import getpass
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId, LogFilterLevel
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import LogSort

from flows.errors import CurableError

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

POLL_SECONDS = 0.5
INFO = 20
NO_WORKER_SECONDS = 60
Say = Callable[[str], None]


def follow(client: "SyncPrefectClient", deployment: str, parameters: dict[str, Any], say: Say) -> State[Any]:
    """Run a deployment, say what its log says, return its final state. CurableError if there is none."""
    from prefect.exceptions import ObjectNotFound

    try:
        found = client.read_deployment_by_name(deployment)
    except ObjectNotFound as error:
        raise CurableError(f"The server has no deployment {deployment}: start the worker with `make up`.") from error
    run = client.create_flow_run_from_deployment(found.id, parameters=parameters, tags=[f"by:{getpass.getuser()}"])
    say(f"Run {run.name} of {deployment}")
    return _wait(client, run.id, say)


def _wait(client: "SyncPrefectClient", run_id: UUID, say: Say) -> State[Any]:
    shown, began, warned = 0, time.monotonic(), False
    while True:
        state = client.read_flow_run(run_id).state
        shown = _say_new_lines(client, run_id, shown, say)
        if state is not None and state.is_final():
            return state
        waiting = state is None or state.type in (StateType.SCHEDULED, StateType.PENDING)
        if waiting and not warned and time.monotonic() - began > NO_WORKER_SECONDS:
            warned = True
            say("It still waits: another run is under way, or no worker is up (see `make status`).")
        time.sleep(POLL_SECONDS)


def _say_new_lines(client: "SyncPrefectClient", run_id: UUID, shown: int, say: Say) -> int:
    wanted = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]), level=LogFilterLevel(ge_=INFO))
    lines = client.read_logs(wanted, limit=200, offset=shown, sort=LogSort.TIMESTAMP_ASC)
    for line in lines:
        # tracebacks are for the Prefect UI
        say(f"  {line.timestamp:%H:%M:%S}  {line.message.splitlines()[0]}")
    return shown + len(lines)
