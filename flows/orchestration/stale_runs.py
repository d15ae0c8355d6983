"""Finds runs that no process works on any more. Knows this machine's processes, Prefect's states and workers."""

import asyncio
import logging
import platform
from datetime import UTC, datetime, timedelta
from itertools import repeat

import httpx
import psutil
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, StateType, Worker
from prefect.states import Crashed

from flows.orchestration.provisioning import active_runs, work_pools

logger = logging.getLogger("flows.orchestration.stale_runs")
RUN_ID_VARIABLE = "PREFECT__FLOW_RUN_ID"
WORKER_LABEL = "prefect.worker.name"
CRASH_MESSAGE = "The worker stopped while this ran: run it again."
PENDING_SWEEP_INTERVAL = timedelta(seconds=30)
WORKER_SILENCE = timedelta(seconds=75)  # a worker reports every 30 seconds


def worker_name(process: int) -> str:
    """Name a worker by host and process id. The id alone is not enough: in containers all workers have the same."""
    return f"{_host_prefix()}{process}"


def _host_prefix() -> str:
    return f"worker-{platform.node()}-"


def local_run_ids() -> set[str]:
    """Return the ids of the flow runs that have a process on this machine."""
    found = set()
    for process in psutil.process_iter():
        try:
            found.add(process.environ().get(RUN_ID_VARIABLE, ""))
        except psutil.Error:
            continue
    return found - {""}


async def sweep(client: PrefectClient, until: datetime | None = None, *, pending_only: bool = False) -> int:
    """Set active runs that nobody works on to Crashed, so that they free their concurrency slots; return their number.

    A worker calls it before it starts to work, and later with `until`, which limits it to runs that entered their
    state by then. Runs that belong to a live worker on another machine, or may soon, are left alone.
    """
    running_here, now = local_run_ids(), datetime.now(UTC)
    remote_workers = live_remote_workers(
        [worker for pool in work_pools() for worker in await client.read_workers_for_work_pool(pool)], now
    )
    runs = [run for run in await active_runs(client) if until is None or _state_time(run, now) <= until]
    if pending_only:
        runs = [run for run in runs if run.state_type == StateType.PENDING]
    stale = [
        run for run in runs if str(run.id) not in running_here and not belongs_to_live_worker(run, remote_workers, now)
    ]
    for run in stale:
        await client.set_flow_run_state(run.id, Crashed(message=CRASH_MESSAGE), force=True)
    return len(stale)


def live_remote_workers(workers: list[Worker], now: datetime) -> set[str]:
    """Return the names of the workers on other machines that sent a heartbeat recently."""
    heartbeats = {
        worker.name: worker.last_heartbeat_time for worker in workers if not worker.name.startswith(_host_prefix())
    }
    return {name for name, beat in heartbeats.items() if beat is not None and now - beat < WORKER_SILENCE}


def belongs_to_live_worker(run: FlowRun, remote_workers: set[str], now: datetime) -> bool:
    """Return whether a live worker has picked up the run, or may have: a new run carries no label yet."""
    if worker := run.labels.get(WORKER_LABEL):
        return worker in remote_workers
    return bool(remote_workers) and now - _state_time(run, now) < WORKER_SILENCE


def _state_time(run: FlowRun, now: datetime) -> datetime:
    return run.state.timestamp if run.state else now


async def sweep_while_working() -> None:
    """Sweep while the worker lives: what dead workers left, once, and runs that are stranded in PENDING, for ever."""
    await asyncio.gather(sweep_after_silence(), sweep_pending())


async def sweep_pending(
    every: timedelta = PENDING_SWEEP_INTERVAL, silence: timedelta = WORKER_SILENCE, sweeps: int | None = None
) -> None:
    """Free the slots of runs that were picked up and never started: `silence` after they became PENDING.

    No heartbeat was ever sent for them, so the automation does not see them. Stops after `sweeps`, never if None.
    """
    for _ in repeat(None) if sweeps is None else range(sweeps):
        await asyncio.sleep(every.total_seconds())
        try:
            async with get_client() as client:
                swept = await sweep(client, datetime.now(UTC) - silence, pending_only=True)
        except httpx.HTTPError as error:
            logger.warning("The sweep for stranded runs failed and is tried again: %s", error)
            continue
        if swept:
            logger.info("%d runs that never started were set to Crashed.", swept)


async def sweep_after_silence(silence: timedelta = WORKER_SILENCE) -> None:
    """Sweep once more, when a worker that died just before this one started no longer counts as alive.

    The heartbeat automation ends its other runs, but not those that died before their first heartbeat.
    """
    began, swept = datetime.now(UTC), None
    while swept is None:
        await asyncio.sleep(silence.total_seconds())
        try:
            async with get_client() as client:
                swept = await sweep(client, began)
        except httpx.HTTPError as error:
            logger.warning("The sweep for stale runs failed and is tried again later: %s", error)
    if swept:
        logger.info("%d stale runs were set to Crashed.", swept)
