"""Promote and roll back under load: no failed response, no mixed one, and soon none of the old version."""

import time
from collections.abc import AsyncIterator
from contextlib import suppress

import psutil

from drills.load.generator import LoadGenerator
from drills.processes import wait_until
from drills.result import DrillResult
from drills.servers.api import Api
from drills.serving.environment import Environment, multi_process_settings
from drills.serving.promotion_check import check_responses, promote
from drills.serving.stored_predictions import compare_with_history, expect_no_errors, export_history

_MIN_RESPONSES = 300
_IDLE_SECONDS = 2


async def promotion_latency(environment: Environment) -> AsyncIterator[DrillResult]:
    """Promote twice and roll back once, with several processes if PostgreSQL is installed."""
    settings = (
        multi_process_settings(await environment.cluster.create_database("freshness")) if environment.cluster else {}
    )
    async with environment.api("freshness", settings) as api:
        yield await _promote_under_load(environment, api)


async def _promote_under_load(environment: Environment, api: Api) -> DrillResult:
    result = DrillResult(
        f"two promotions and a rollback under {environment.connections} connections",
        "every response is what its version predicts; none of an older version after 2 s, in any process; no error",
    )
    await _wait_until_models_are_loaded(api)
    load = LoadGenerator(api.port, environment.connections)
    async with load.running():
        await wait_until(lambda: load.response_count > _MIN_RESPONSES, "responses before the promotions")
        promotions = [await promote(environment.mlflow, load, version) for version in ("2", "3", "1")]
        connections = [_count_connections(worker, api.port) for worker in api.workers()]
    result.expect(all(connections), f"connections in each process: {connections}")
    expect_no_errors(result, load)
    check_responses(result, load, environment.mlflow.tables, promotions)
    compare_with_history(result, [load], export_history(api))
    return result


async def _wait_until_models_are_loaded(api: Api) -> None:
    """Wait until no process loads models: each preloads the registered ones after its start."""
    idle_since = time.monotonic()

    def is_idle() -> bool:
        nonlocal idle_since
        if api.is_loading_models():
            idle_since = time.monotonic()
        return time.monotonic() > idle_since + _IDLE_SECONDS

    await wait_until(is_idle, "the registered models are loaded")


def _count_connections(worker: psutil.Process, port: int) -> int:
    with suppress(psutil.Error):
        ours = [each for each in worker.net_connections("tcp") if each.laddr.port == port]
        return sum(each.status == psutil.CONN_ESTABLISHED for each in ours)
    return 0
