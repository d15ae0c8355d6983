"""Starts a deployment and follows its run. Knows Prefect's client, no data and no models."""

import getpass
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from prefect.client.schemas.filters import LogFilter, LogFilterFlowRunId, LogFilterLevel
from prefect.client.schemas.objects import State, StateType
from prefect.client.schemas.sorting import LogSort

from flows.errors import CurableError
from flows.parameters import unknown_name

if TYPE_CHECKING:
    from prefect.client.orchestration import SyncPrefectClient

POLL_SECONDS = 0.5
MIN_LOG_LEVEL = 20
WAITING_NOTICE_SECONDS = 60
Output = Callable[[str], None]


def run_and_follow(
    client: "SyncPrefectClient", deployment: str, parameters: dict[str, Any], output: Output
) -> State[Any]:
    """Run a deployment, print its log and return its final state. Raises CurableError if there is none."""
    from prefect.exceptions import ObjectNotFound

    try:
        found = client.read_deployment_by_name(deployment)
    except ObjectNotFound as error:
        raise CurableError(f"The server has no deployment {deployment}: start the worker with `make up`.") from error
    known = (found.parameter_openapi_schema or {}).get("properties", {})
    if unknown := [name for name in parameters if name not in known]:
        raise CurableError(f"{deployment}: " + "; ".join(unknown_name(name, known) for name in unknown))
    run = client.create_flow_run_from_deployment(found.id, parameters=parameters, tags=[f"by:{getpass.getuser()}"])
    output(f"Run {run.name} of {deployment}")
    return _follow(client, run.id, output)


def _follow(client: "SyncPrefectClient", run_id: UUID, output: Output) -> State[Any]:
    printed, started, warned = 0, time.monotonic(), False
    while True:
        state = client.read_flow_run(run_id).state
        printed = _print_new_logs(client, run_id, printed, output)
        if state is not None and state.is_final():
            return state
        waiting = state is None or state.type in (StateType.SCHEDULED, StateType.PENDING)
        if waiting and not warned and time.monotonic() - started > WAITING_NOTICE_SECONDS:
            warned = True
            output("It still waits: another run is under way, or no worker is up (see `make status`).")
        time.sleep(POLL_SECONDS)


def _print_new_logs(client: "SyncPrefectClient", run_id: UUID, printed: int, output: Output) -> int:
    log_filter = LogFilter(flow_run_id=LogFilterFlowRunId(any_=[run_id]), level=LogFilterLevel(ge_=MIN_LOG_LEVEL))
    lines = client.read_logs(log_filter, limit=200, offset=printed, sort=LogSort.TIMESTAMP_ASC)
    for line in lines:
        # the first line only: tracebacks belong in the Prefect UI
        output(f"  {line.timestamp:%H:%M:%S}  {line.message.splitlines()[0]}")
    return printed + len(lines)
