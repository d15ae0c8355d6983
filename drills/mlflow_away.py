"""Stops MLflow, restarts the API without it, and lets it come back."""

import asyncio
import time
from collections.abc import AsyncIterator

from drills.api import Api
from drills.history import compare, stored
from drills.load import Load
from drills.processes import DrillError, until, until_it_answers
from drills.promotions import check, promote
from drills.report import Line
from drills.stage import Stage

_ENOUGH = 300
_SECONDS = 60


async def mlflow_away(stage: Stage) -> AsyncIterator[Line]:
    """Under load; leaves the first version in service."""
    async with stage.api("mlflow") as api:
        loads = [Load(api.port, stage.connections, 10_000 * number) for number in range(3)]
        yield await _goes(stage, api, loads[0])
        yield await _stays_away(stage, api, loads[1])
        line = await _comes_back(stage, api, loads[2])
        compare(line, loads, stored(api))
        yield line
    stage.mlflow.promote("1")


async def _goes(stage: Stage, api: Api, load: Load) -> Line:
    line = Line("MLflow killed under load", "the API answers on, and /health/ready says what troubles it")
    async with load.running():
        stage.mlflow.stop()
        await _until_told(api, "model_trouble", None)
        so_far = load.answered
        await until(lambda: load.answered > so_far + _ENOUGH, "answers without MLflow")
        ready = await api.get("/health/ready")
    line.hold(ready["model_source"] == "mlflow" and bool(ready["model_trouble"]), f"/health/ready says {ready}")
    _no_error(line, load)
    return line


async def _stays_away(stage: Stage, api: Api, load: Load) -> Line:
    line = Line("the API killed and started while MLflow is down", "it serves from its cache, and says so")
    api.kill()
    await until_it_answers(f"{api.url}/health/ready")
    async with load.running():
        await until(lambda: load.answered > _ENOUGH, "answers from the cache")
        ready = await api.get("/health/ready")
    line.hold(ready["model_source"] == "cache", f"/health/ready says {ready}")
    line.hold(ready["model_version"] in stage.mlflow.tables, f"/health/ready says {ready}")
    _no_error(line, load)
    return line


async def _comes_back(stage: Stage, api: Api, load: Load) -> Line:
    line = Line("MLflow started again, and a version promoted under load", "in service within 2 s; nothing lost")
    await stage.mlflow.start()
    await _until_told(api, "model_source", "cache")
    async with load.running():
        await until(lambda: load.answered > _ENOUGH, "answers before")
        promotions = [await promote(stage.mlflow, load, "2")]
    check(line, load, stage.mlflow.tables, promotions)
    _no_error(line, load)
    return line


async def _until_told(api: Api, name: str, no_more: str | None) -> None:
    """Wait until /health/ready says something else of `name`: to read a model anew takes seconds."""
    deadline = time.monotonic() + _SECONDS
    while (await api.get("/health/ready")).get(name) == no_more:
        if time.monotonic() > deadline:
            raise DrillError(f"{name} of /health/ready is {no_more} after {_SECONDS} s")
        await asyncio.sleep(0.05)


def _no_error(line: Line, load: Load) -> None:
    line.hold(not (load.cut or load.strange or load.refused), f"{load.cut} cut, {load.strange}, {load.refused}")
    line.saw(f"{load.answered:,} requests answered, none failed")
