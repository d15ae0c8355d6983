"""Finds runs that no process works on any more. Knows this machine's processes and Prefect's states."""

import psutil
from prefect.client.orchestration import PrefectClient
from prefect.states import Crashed

from flows.preparing import unfinished

RUN_ID = "PREFECT__FLOW_RUN_ID"
MESSAGE = "The worker stopped while this ran: run it again."


def alive() -> set[str]:
    """The ids of the flow runs that have a process on this machine."""
    found = set()
    for process in psutil.process_iter():
        try:
            found.add(process.environ().get(RUN_ID, ""))
        except psutil.Error:
            continue
    return found - {""}


async def sweep(client: PrefectClient) -> int:
    """Call unfinished runs without a process Crashed, so that they free their slots; give their number.

    Only for a worker that is alone in its pool, before it takes up work.
    """
    working = alive()
    stale = [run for run in await unfinished(client) if str(run.id) not in working]
    for run in stale:
        await client.set_flow_run_state(run.id, Crashed(message=MESSAGE), force=True)
    return len(stale)
