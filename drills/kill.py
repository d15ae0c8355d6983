"""Kills the API under load, again and again: what was answered is in the history, once."""

import random
from collections.abc import AsyncIterator, Callable

from drills.api import Api
from drills.history import compare, stored
from drills.load import Load
from drills.postgres import MISSING
from drills.processes import until
from drills.report import Line, skipped
from drills.stage import WORKERS, Stage, several

_ANSWERS = 300
_EXPECTED = "every answer is in the history once, as it was answered; nobody sees an error but the cut"


async def kill(stage: Stage) -> AsyncIterator[Line]:
    """One process on SQLite; several on PostgreSQL, killed in turns one, the parent, all."""
    done = f"kill -9, {stage.rounds} times under {stage.connections} connections:"
    async with stage.api("kill-sqlite") as api:
        yield await _killed(stage, api, Line(f"{done} one process, SQLite", _EXPECTED), [_all])
    if stage.cluster is None:
        yield skipped(f"{done} PostgreSQL", MISSING)
        return
    url = await stage.cluster.database("kill")
    async with stage.api("kill-postgres", several(url)) as api:
        line = Line(f"{done} {WORKERS} processes, PostgreSQL, in turns a worker, the parent, all", _EXPECTED)
        yield await _killed(stage, api, line, [_worker, _parent, _all])


async def _killed(stage: Stage, api: Api, line: Line, ways: list[Callable[[Api], None]]) -> Line:
    load = Load(api.port, stage.connections)
    async with load.running():
        for number in range(stage.rounds):
            await _until_it_works(api, load)
            ways[number % len(ways)](api)
        await _until_it_works(api, load)
    compare(line, [load], stored(api))
    line.hold(not load.strange, f"strange answers: {dict(load.strange.most_common(3))}")
    line.hold(not load.refused, f"answers 503: {dict(load.refused)}")
    line.saw(f"{load.cut:,} requests cut off or refused a connection")
    return line


async def _until_it_works(api: Api, load: Load) -> None:
    """All its processes are there and answer; then a moment that nobody foresees."""
    if "API_WORKERS" in api.settings:
        await until(lambda: len(api.workers()) == WORKERS, "all workers are back")
    enough = load.answered + random.randint(_ANSWERS, 3 * _ANSWERS)
    await until(lambda: load.answered > enough, "the API answers again")


def _worker(api: Api) -> None:
    random.choice(api.workers()).kill()


def _parent(api: Api) -> None:
    api.kill_parent()


def _all(api: Api) -> None:
    api.kill()
