"""Kill the API under load, many times. Every prediction that a client received must be in the history, once."""

import random
from collections.abc import AsyncIterator, Callable

from drills.load.generator import LoadGenerator
from drills.processes import wait_until
from drills.result import DrillResult, skipped_drill
from drills.servers.api import Api
from drills.servers.postgres import NOT_INSTALLED
from drills.serving.environment import WORKERS, Environment, multi_process_settings
from drills.serving.stored_predictions import compare_with_history, export_history

_MIN_RESPONSES = 300
_EXPECTATION = "every prediction received is in the history once, unchanged; clients see lost connections only"


async def kill(environment: Environment) -> AsyncIterator[DrillResult]:
    """Kill one process on SQLite; on PostgreSQL, in turn, one of two workers, their parent, and all at once."""
    action = f"kill -9, {environment.rounds} times under {environment.connections} connections:"
    async with environment.api("kill-sqlite") as api:
        yield await _kill_repeatedly(
            environment, api, DrillResult(f"{action} one process, SQLite", _EXPECTATION), [_kill_all]
        )
    if environment.cluster is None:
        yield skipped_drill(f"{action} PostgreSQL", NOT_INSTALLED)
        return
    url = await environment.cluster.create_database("kill")
    async with environment.api("kill-postgres", multi_process_settings(url)) as api:
        result = DrillResult(f"{action} {WORKERS} processes, PostgreSQL, a worker, the parent, all", _EXPECTATION)
        yield await _kill_repeatedly(environment, api, result, [_kill_worker, _kill_parent, _kill_all])


async def _kill_repeatedly(
    environment: Environment, api: Api, result: DrillResult, kills: list[Callable[[Api], None]]
) -> DrillResult:
    load = LoadGenerator(api.port, environment.connections)
    async with load.running():
        for number in range(environment.rounds):
            await _wait_until_healthy(api, load)
            kills[number % len(kills)](api)
        await _wait_until_healthy(api, load)
    compare_with_history(result, [load], export_history(api))
    result.expect(not load.unexpected, f"unexpected responses: {dict(load.unexpected.most_common(3))}")
    result.expect(not load.unavailable, f"responses 503: {dict(load.unavailable)}")
    result.observe(f"{load.disconnected:,} requests lost their connection")
    return result


async def _wait_until_healthy(api: Api, load: LoadGenerator) -> None:
    """Wait until all processes respond, then for a random number of responses."""
    if "API_WORKERS" in api.settings:
        await wait_until(lambda: len(api.workers()) == WORKERS, "all workers are running")
    target = load.response_count + random.randint(_MIN_RESPONSES, 3 * _MIN_RESPONSES)
    await wait_until(lambda: load.response_count > target, "the API responds again")


def _kill_worker(api: Api) -> None:
    random.choice(api.workers()).kill()


def _kill_parent(api: Api) -> None:
    api.kill_parent()


def _kill_all(api: Api) -> None:
    api.kill()
