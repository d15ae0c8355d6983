"""A run that was cancelled before its process began: what the worker started for it is stopped, and it is Cancelled."""

import asyncio
import os
import signal
import subprocess
import sys
from typing import Any

from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.actions import WorkPoolCreate
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Cancelling, Running
from prefect.workers.process import ProcessWorker

from flows.orchestration.job_cancellation import cancel_pending
from tests.flows.killed_worker import state_of

POOL = "cancellation"


class ProcessKiller(ProcessWorker):
    """Ends a process by its pid, as the Kubernetes worker deletes a Job by its name."""

    type = "process-killer"

    async def kill_infrastructure(self, infrastructure_pid: str, configuration: Any, grace_seconds: int = 30) -> None:
        assert configuration.command
        assert grace_seconds > 0
        os.kill(int(infrastructure_pid), signal.SIGTERM)


async def cancelling_runs(url: str, pid: int) -> tuple[str, str]:
    """Make two runs that are being cancelled and have a process: one that has not begun, and one that has."""
    async with PrefectClient(url) as client:
        template = ProcessWorker.get_default_base_job_template()
        await client.create_work_pool(WorkPoolCreate(name=POOL, type=ProcessKiller.type, base_job_template=template))
        flow = await client.create_flow_from_name("a-flow")
        deployment = await client.create_deployment(flow, "cancellation", work_pool_name=POOL)
        ids = [(await client.create_flow_run_from_deployment(deployment)).id for _ in range(2)]
        for run in ids:
            await client.update_flow_run(run, infrastructure_pid=str(pid))
        await client.set_flow_run_state(ids[1], Running(), force=True)
        for run in ids:
            await client.set_flow_run_state(run, Cancelling(), force=True)
    return str(ids[0]), str(ids[1])


async def cancel(url: str, pool: str) -> int:
    """Return how many runs of a pool a worker cancels."""
    with temporary_settings({PREFECT_API_URL: url}):
        async with PrefectClient(url) as client, ProcessKiller(work_pool_name=POOL) as worker:
            await worker.sync_with_backend()
            return await cancel_pending(worker, client, pool)


def test_a_run_that_never_began_is_cancelled_and_one_that_began_is_left_alone(prefect_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        waiting, begun = asyncio.run(cancelling_runs(prefect_url, process.pid))
        assert asyncio.run(cancel(prefect_url, "another-pool")) == 0
        assert process.poll() is None
        assert asyncio.run(cancel(prefect_url, POOL)) == 1
        assert process.wait(20) == -signal.SIGTERM
    assert state_of(prefect_url, waiting) == "CANCELLED"
    assert state_of(prefect_url, begun) == "CANCELLING"
