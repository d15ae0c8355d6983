"""Takes the database away under load, and gives it back: nobody touches the API meanwhile."""

import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

from drills.api import Api
from drills.history import compare, only_refused, stored
from drills.load import Load
from drills.postgres import MISSING
from drills.processes import until
from drills.report import Line, skipped
from drills.stage import Stage, several

_ENOUGH = 300
_REFUSALS = 100
_FEW_REFUSALS = 20
"""Where each takes as long as a lock is waited for."""
_EXPECTED = "503 problem documents with Retry-After and nothing else; then answers again; nothing answered is lost"
_Effect = Callable[[], Awaitable[None]]


async def database(stage: Stage) -> AsyncIterator[Line]:
    """PostgreSQL stopped and started; SQLite's file locked, and replaced by another."""
    done = "PostgreSQL stopped as by a power cut, and started, under load"
    if cluster := stage.cluster:
        async with stage.api("database-postgres", several(await cluster.database("outage"))) as api:
            load = Load(api.port, stage.connections)
            line = await _outage(load, Line(done, _EXPECTED), cluster.stop, cluster.start)
            compare(line, [load], stored(api))
            yield line
    else:
        yield skipped(done, MISSING)
    async with stage.api("database-sqlite", {"API_DATABASE_TIMEOUT_SECONDS": "1"}) as api:
        loads = [Load(api.port, stage.connections, first_date) for first_date in (0, 10_000)]
        line = await _locked(api, loads[0])
        compare(line, loads[:1], stored(api))
        yield line
        line = await _replaced(api, loads[1])
        compare(line, loads, stored(api))
        yield line


async def _outage(load: Load, line: Line, away: _Effect, back: _Effect, refusals: int = _REFUSALS) -> Line:
    async with load.running():
        await until(lambda: load.answered > _ENOUGH, "answers before")
        await away()
        try:
            await until(lambda: load.refused.total() >= refusals, "refusals", 30)
        finally:
            await back()
        so_far = load.answered
        await until(lambda: load.answered > so_far + _ENOUGH, "answers again", 30)
    only_refused(line, load)
    line.hold(set(load.refused) == {"/problems/history-unavailable"}, f"problems: {dict(load.refused)}")
    line.saw(f"{load.refused.total():,} answers 503")
    return line


async def _locked(api: Api, load: Load) -> Line:
    line = Line("SQLite's file locked by another writer, under load", _EXPECTED)
    with closing(sqlite3.connect(_file(api), timeout=30, isolation_level=None)) as other:

        async def lock() -> None:
            other.execute("BEGIN IMMEDIATE")

        async def unlock() -> None:
            other.execute("ROLLBACK")

        return await _outage(load, line, lock, unlock, _FEW_REFUSALS)


async def _replaced(api: Api, load: Load) -> Line:
    line = Line("SQLite's file replaced by an empty one, and put back, under load", _EXPECTED)
    file = _file(api)
    aside = file.with_suffix(".aside")

    async def replace() -> None:
        os.rename(file, aside)  # noqa: PTH104 - a moment without a loop's turn
        file.touch()

    async def put_back() -> None:
        with suppress(FileNotFoundError):
            os.replace(aside, file)  # noqa: PTH105 - as above

    return await _outage(load, line, replace, put_back)


def _file(api: Api) -> Path:
    return api.home / "api" / "history.db"
