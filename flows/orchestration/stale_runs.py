"""Finds runs that no process works on any more. Knows this machine's processes and Prefect's states and workers."""

import asyncio
import logging
import platform
from datetime import UTC, datetime, timedelta

import httpx
import psutil
from prefect.client.orchestration import PrefectClient, get_client
from prefect.client.schemas.objects import FlowRun, Worker
from prefect.states import Crashed

from flows.orchestration.provisioning import pools, unfinished

logger = logging.getLogger("flows.orchestration.stale_runs")
RUN_ID = "PREFECT__FLOW_RUN_ID"
TAKEN_BY = "prefect.worker.name"
MESSAGE = "The worker stopped while this ran: run it again."
SILENCE = timedelta(seconds=75)  # a worker reports every 30 seconds


def name(process: int) -> str:
    """What the worker with this process id on this machine is called; in a container all have the same id."""
    return f"{_here()}{process}"


def _here() -> str:
    return f"worker-{platform.node()}-"


def alive() -> set[str]:
    """The ids of the flow runs that have a process on this machine."""
    found = set()
    for process in psutil.process_iter():
        try:
            found.add(process.environ().get(RUN_ID, ""))
        except psutil.Error:
            continue
    return found - {""}


async def sweep(client: PrefectClient, until: datetime | None = None) -> int:
    """Call unfinished runs that nobody works on Crashed, so that they free their slots; give their number.

    For a worker that starts, before it takes up work; for one that works, of those runs whose state is from `until` or
    before. What another worker has taken, or may be about to take, is left to it while it is heard of.
    """
    working, now = alive(), datetime.now(UTC)
    others = elsewhere([worker for pool in pools() for worker in await client.read_workers_for_work_pool(pool)], now)
    runs = [run for run in await unfinished(client) if until is None or _since(run, now) <= until]
    stale = [run for run in runs if str(run.id) not in working and not in_others_hands(run, others, now)]
    for run in stale:
        await client.set_flow_run_state(run.id, Crashed(message=MESSAGE), force=True)
    return len(stale)


def elsewhere(workers: list[Worker], now: datetime) -> set[str]:
    """The names of the workers on other machines that were heard of lately."""
    heard = {worker.name: worker.last_heartbeat_time for worker in workers if not worker.name.startswith(_here())}
    return {name for name, beat in heard.items() if beat is not None and now - beat < SILENCE}


def in_others_hands(run: FlowRun, others: set[str], now: datetime) -> bool:
    """Whether one of them has taken the run; of one that is new, it may not say so yet."""
    if taken_by := run.labels.get(TAKEN_BY):
        return taken_by in others
    return bool(others) and now - _since(run, now) < SILENCE


def _since(run: FlowRun, now: datetime) -> datetime:
    return run.state.timestamp if run.state else now


async def sweep_later(silence: timedelta = SILENCE) -> None:
    """Sweep once more, when a worker that died just before this one started is no longer taken for alive.

    Its runs would be ended by their own silence, but for those that died before their first sign of life.
    """
    began, swept = datetime.now(UTC), None
    while swept is None:
        await asyncio.sleep(silence.total_seconds())
        try:
            async with get_client() as client:
                swept = await sweep(client, began)
        except httpx.HTTPError as error:
            logger.warning("Runs of dead workers are looked for again later: %s", error)
    if swept:
        logger.info("%d runs of a worker that is gone were called Crashed.", swept)
