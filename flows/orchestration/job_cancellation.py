"""Cancel flow runs whose Kubernetes Job was made but whose pod has not started, for lack of a node for example.

A running flow cancels itself. Prefect's worker cancels a pending run only until it has made the Job: with its setting
`worker.enable_cancellation`, too (prefect 3.8.8), so such a run would stay in Cancelling and keep its concurrency slot.
"""

import asyncio
import logging
from typing import Any

import httpx
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.filters import (
    FlowRunFilter,
    FlowRunFilterStartTime,
    FlowRunFilterState,
    FlowRunFilterStateType,
    WorkPoolFilter,
    WorkPoolFilterName,
)
from prefect.client.schemas.objects import FlowRun, StateType
from prefect.exceptions import InfrastructureNotFound
from prefect.states import Cancelled
from prefect.workers.base import BaseWorker

AnyWorker = BaseWorker[Any, Any, Any]
logger = logging.getLogger("flows.orchestration.job_cancellation")
POLL_SECONDS = 15
GRACE_SECONDS = 30
MESSAGE = "Cancelled before its process started."


async def cancel_until_stopped(worker: AnyWorker, pool: str) -> None:
    """Look for such runs every `POLL_SECONDS`, until this task is cancelled."""
    while True:
        await asyncio.sleep(POLL_SECONDS)
        try:
            async with get_client() as client:
                await cancel_pending(worker, client, pool)
        except (httpx.HTTPError, OSError) as error:
            logger.warning("Cancelled runs are looked for again in %d s: %s", POLL_SECONDS, error)


async def cancel_pending(worker: AnyWorker, client: PrefectClient, pool: str) -> int:
    """Stop what a worker started for runs that were cancelled before they began. Returns the number of runs."""
    runs = await cancelling(client, pool)
    for run in runs:
        if run.infrastructure_pid:
            await _stop(worker, client, run)
        await client.set_flow_run_state(run.id, Cancelled(message=MESSAGE), force=True)
    return len(runs)


async def cancelling(client: PrefectClient, pool: str) -> list[FlowRun]:
    """Return the runs of a work pool that are being cancelled and never began."""
    state = FlowRunFilterState(type=FlowRunFilterStateType(any_=[StateType.CANCELLING]))
    return await client.read_flow_runs(
        flow_run_filter=FlowRunFilter(state=state, start_time=FlowRunFilterStartTime(is_null_=True)),
        work_pool_filter=WorkPoolFilter(name=WorkPoolFilterName(any_=[pool])),
    )


async def _stop(worker: AnyWorker, client: PrefectClient, run: FlowRun) -> None:
    configuration = await worker.job_configuration.resolve_for_flow_run(
        run, client=client, work_pool=worker.work_pool, worker_name=worker.name
    )
    try:
        await worker.kill_infrastructure(str(run.infrastructure_pid), configuration, GRACE_SECONDS)
    except InfrastructureNotFound:
        logger.info("Nothing is left of cancelled run %s.", run.name)
