"""Stop MLflow, restart the API without it, and start MLflow again."""

import asyncio
import time
from collections.abc import AsyncIterator

from drills.load.generator import LoadGenerator
from drills.processes import DrillError, wait_for_url, wait_until
from drills.result import DrillResult
from drills.servers.api import Api
from drills.serving.environment import Environment
from drills.serving.promotion_check import check_responses, promote
from drills.serving.stored_predictions import compare_with_history, expect_no_errors, export_history

_MIN_RESPONSES = 300
_MAX_WAIT_SECONDS = 60


async def mlflow_outage(environment: Environment) -> AsyncIterator[DrillResult]:
    """Run the outage under load. Afterwards the first version is the champion again."""
    async with environment.api("mlflow") as api:
        loads = [LoadGenerator(api.port, environment.connections, 10_000 * number) for number in range(3)]
        yield await _kill_mlflow(environment, api, loads[0])
        yield await _restart_api_without_mlflow(environment, api, loads[1])
        result = await _restart_mlflow(environment, api, loads[2])
        compare_with_history(result, loads, export_history(api))
        yield result
    environment.mlflow.promote("1")


async def _kill_mlflow(environment: Environment, api: Api, load: LoadGenerator) -> DrillResult:
    result = DrillResult("MLflow killed under load", "the API keeps responding, and /health/ready names the problem")
    async with load.running():
        environment.mlflow.stop()
        await _wait_until_changed(api, "model_trouble", None)
        start = load.response_count
        await wait_until(lambda: load.response_count > start + _MIN_RESPONSES, "responses without MLflow")
        ready = await api.get("/health/ready")
    result.expect(ready["model_source"] == "mlflow" and bool(ready["model_trouble"]), f"/health/ready is {ready}")
    expect_no_errors(result, load)
    result.observe(f"{load.response_count:,} requests, none failed")
    return result


async def _restart_api_without_mlflow(environment: Environment, api: Api, load: LoadGenerator) -> DrillResult:
    result = DrillResult("the API killed and started while MLflow is down", "it serves its cached model and says so")
    api.kill()
    await wait_for_url(f"{api.url}/health/ready")
    async with load.running():
        await wait_until(lambda: load.response_count > _MIN_RESPONSES, "responses from the cached model")
        ready = await api.get("/health/ready")
    result.expect(ready["model_source"] == "cache", f"/health/ready is {ready}")
    result.expect(ready["model_version"] in environment.mlflow.tables, f"/health/ready is {ready}")
    expect_no_errors(result, load)
    result.observe(f"{load.response_count:,} requests, none failed")
    return result


async def _restart_mlflow(environment: Environment, api: Api, load: LoadGenerator) -> DrillResult:
    result = DrillResult("MLflow started and a version promoted, under load", "in service within 2 s; nothing lost")
    await environment.mlflow.start()
    await _wait_until_changed(api, "model_source", "cache")
    async with load.running():
        await wait_until(lambda: load.response_count > _MIN_RESPONSES, "responses before the promotion")
        promotions = [await promote(environment.mlflow, load, "2")]
    check_responses(result, load, environment.mlflow.tables, promotions)
    expect_no_errors(result, load)
    result.observe(f"{load.response_count:,} requests, none failed")
    return result


async def _wait_until_changed(api: Api, name: str, old_value: str | None) -> None:
    """Wait until field `name` of /health/ready changes. Loading a model takes seconds."""
    deadline = time.monotonic() + _MAX_WAIT_SECONDS
    while (await api.get("/health/ready")).get(name) == old_value:
        if time.monotonic() > deadline:
            raise DrillError(f"{name} of /health/ready is {old_value} after {_MAX_WAIT_SECONDS} s")
        await asyncio.sleep(0.05)
