"""A run that nobody works on any more is called Crashed and frees its slot: by its silence, and at a worker's start."""

import asyncio
import os
import subprocess
import sys

from prefect.client.orchestration import PrefectClient
from prefect.states import Running

from flows.sweeping import RUN_ID, sweep
from tests.flows.abandoning import busy_slots, deployment, process_of, state_of
from tests.infra.launched import until


def test_a_run_whose_worker_was_killed_with_it_is_called_crashed_and_frees_its_slot(
    prefect_url: str, abandoned: str
) -> None:
    until(lambda: state_of(prefect_url, abandoned) == "CRASHED", 120)
    until(lambda: busy_slots(prefect_url) == 0)


async def running(prefect_url: str, number: int) -> list[str]:
    """Ids of runs of the deployment that say they are running."""
    async with PrefectClient(prefect_url) as client:
        runs = [await client.create_flow_run_from_deployment(deployment(prefect_url)["id"]) for _ in range(number)]
        for run in runs:
            await client.set_flow_run_state(run.id, Running(), force=True)
    return [str(run.id) for run in runs]


async def swept(prefect_url: str) -> int:
    """How many runs a starting worker calls Crashed."""
    async with PrefectClient(prefect_url) as client:
        return await sweep(client)


def test_at_its_start_a_worker_sweeps_the_runs_that_have_no_process(prefect_url: str, abandoned: str) -> None:
    until(lambda: state_of(prefect_url, abandoned) == "CRASHED", 120)
    alive, dead = asyncio.run(running(prefect_url, 2))
    command = [sys.executable, "-c", "input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | {RUN_ID: alive}) as process:
        until(lambda: process_of(alive) is not None)
        assert asyncio.run(swept(prefect_url)) == 1
        process.communicate(b"\n")
    assert (state_of(prefect_url, alive), state_of(prefect_url, dead)) == ("RUNNING", "CRASHED")
