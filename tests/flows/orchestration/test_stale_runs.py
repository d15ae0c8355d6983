"""A run that nobody works on any more is called Crashed and frees its slot: by its silence, and at a worker's start."""

import asyncio
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from prefect.client.orchestration import PrefectClient
from prefect.client.schemas.objects import FlowRun, State, Worker
from prefect.settings import PREFECT_API_URL, temporary_settings
from prefect.states import Completed, Pending, Running

from flows.orchestration import stale_runs
from flows.orchestration.stale_runs import RUN_ID_VARIABLE, WORKER_LABEL, WORKER_SILENCE, sweep, sweep_after_silence
from tests.flows.killed_worker import busy_slots, deployment, process_of, state_of
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
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=os.environ | {RUN_ID_VARIABLE: alive}) as process:
        until(lambda: process_of(alive) is not None)
        assert asyncio.run(swept(prefect_url)) == 1
        process.communicate(b"\n")
    assert (state_of(prefect_url, alive), state_of(prefect_url, dead)) == ("RUNNING", "CRASHED")


async def taken(prefect_url: str, run: str, worker: str) -> None:
    """Have a worker somewhere give a sign of life and take a run."""
    async with PrefectClient(prefect_url) as client:
        await client.send_worker_heartbeat("steam-sales", worker)
        await client.update_flow_run_labels(UUID(run), {WORKER_LABEL: worker})


async def done(prefect_url: str, *runs: str) -> None:
    """Let runs end."""
    async with PrefectClient(prefect_url) as client:
        for run in runs:
            await client.set_flow_run_state(run, Completed(), force=True)


def test_a_run_that_a_worker_elsewhere_has_taken_is_left_to_it(prefect_url: str, abandoned: str) -> None:
    until(lambda: state_of(prefect_url, abandoned) == "CRASHED", 120)
    theirs, ours, new = asyncio.run(running(prefect_url, 3))
    asyncio.run(taken(prefect_url, theirs, "worker-elsewhere-7"))
    asyncio.run(taken(prefect_url, ours, stale_runs.worker_name(999999)))
    assert asyncio.run(swept(prefect_url)) == 1
    assert [state_of(prefect_url, run) for run in (theirs, ours, new)] == ["RUNNING", "CRASHED", "RUNNING"]
    asyncio.run(done(prefect_url, theirs, new))


def test_a_working_worker_sweeps_what_was_left_before_it_began_and_nothing_newer(
    prefect_url: str, abandoned: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    until(lambda: state_of(prefect_url, abandoned) == "CRASHED", 120)
    (left,) = asyncio.run(running(prefect_url, 1))
    asyncio.run(taken(prefect_url, left, "worker-gone-7"))
    monkeypatch.setattr(stale_runs, "WORKER_SILENCE", timedelta(seconds=2))

    async def with_a_newer_run() -> str:
        later = asyncio.create_task(sweep_after_silence(timedelta(seconds=4)))
        await asyncio.sleep(1)
        newer = await asyncio.to_thread(lambda: asyncio.run(running(prefect_url, 1)))
        await later
        return newer[0]

    with temporary_settings({PREFECT_API_URL: prefect_url}):
        newer = asyncio.run(with_a_newer_run())
    assert [state_of(prefect_url, run) for run in (left, newer)] == ["CRASHED", "RUNNING"]
    asyncio.run(done(prefect_url, newer))


def test_a_run_that_never_started_is_swept_while_the_worker_lives(prefect_url: str, abandoned: str) -> None:
    until(lambda: state_of(prefect_url, abandoned) == "CRASHED", 120)
    (stranded, under_way) = asyncio.run(running(prefect_url, 2))
    asyncio.run(label_run(prefect_url, stranded))
    with temporary_settings({PREFECT_API_URL: prefect_url}):
        asyncio.run(stale_runs.sweep_pending(timedelta(seconds=1), timedelta(seconds=2), sweeps=5))
    assert [state_of(prefect_url, run) for run in (stranded, under_way)] == ["CRASHED", "RUNNING"]
    asyncio.run(done(prefect_url, under_way))


async def label_run(prefect_url: str, run: str) -> None:
    """Have this machine's worker pick up a run, and strand it in PENDING."""
    async with PrefectClient(prefect_url) as client:
        await client.update_flow_run_labels(UUID(run), {WORKER_LABEL: stale_runs.worker_name(999999)})
        await client.set_flow_run_state(UUID(run), Pending(), force=True)


def test_a_stranded_run_is_swept_within_two_minutes() -> None:
    assert timedelta(minutes=2) > stale_runs.PENDING_SWEEP_INTERVAL + WORKER_SILENCE


def test_only_a_worker_that_was_heard_of_lately_has_a_hand_in_it() -> None:
    now = datetime.now(UTC)
    beats = {"worker-a-1": now, "worker-b-1": now - WORKER_SILENCE, "worker-c-1": None, stale_runs.worker_name(1): now}
    workers = [Worker(name=name, work_pool_id=uuid4(), last_heartbeat_time=beat) for name, beat in beats.items()]
    others = stale_runs.live_remote_workers(workers, now)
    assert others == {"worker-a-1"}
    old: State[None] = Running(timestamp=now - WORKER_SILENCE)
    taken_by = {name: FlowRun(flow_id=uuid4(), labels={WORKER_LABEL: name}, state=old) for name in beats}
    assert [stale_runs.belongs_to_live_worker(run, others, now) for run in taken_by.values()] == [
        True,
        False,
        False,
        False,
    ]
    assert not stale_runs.belongs_to_live_worker(FlowRun(flow_id=uuid4(), state=old), others, now)
