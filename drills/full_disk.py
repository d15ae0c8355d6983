"""Fills the disk of the history under load, and makes room: nobody touches the API meanwhile."""

from collections.abc import AsyncIterator, Callable

import psutil

from drills.api import Api
from drills.history import compare, only_refused, stored
from drills.load import Load
from drills.postgres import MISSING, Cluster, binaries
from drills.processes import until
from drills.report import Line, skipped
from drills.small_disk import SmallDisk, small_disk
from drills.stage import Stage, several

_SQLITE_MB, _POSTGRES_MB = 24, 160
_ENOUGH = 300
_REFUSALS = 100
_EXPECTED = "503 problem documents and nothing else; room made, it goes on by itself; nothing answered is lost"
_POSTGRES = "disk of PostgreSQL's data full under load, and room made"


async def full_disk(stage: Stage) -> AsyncIterator[Line]:
    """SQLite's disk, then PostgreSQL's."""
    with small_disk(stage.folder / "small", _SQLITE_MB) as disk:
        home = disk.folder / "home" if disk else None
        async with stage.api("full-sqlite", home=home) as api:
            yield await _on_sqlite(stage, api, disk)
    if not binaries():
        yield skipped(_POSTGRES, MISSING)
        return
    with small_disk(stage.folder / "small-postgres", _POSTGRES_MB) as disk:
        yield await _on_postgres(stage, disk) if disk else skipped(_POSTGRES, "mounting a small disk wants root")


async def _on_sqlite(stage: Stage, api: Api, disk: SmallDisk | None) -> Line:
    if disk:
        done = "disk of SQLite's file full under load, and room made"
        return await _filled(stage, api, Line(done, _EXPECTED), disk.fill, disk.clear)
    done = "SQLite's file may not grow (RLIMIT_FSIZE: no small disk can be mounted) under load, and may again"
    process = psutil.Process(api.parent)
    soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
    return await _filled(
        stage,
        api,
        Line(done, _EXPECTED),
        lambda: process.rlimit(psutil.RLIMIT_FSIZE, (1, hard)),
        lambda: process.rlimit(psutil.RLIMIT_FSIZE, (soft, hard)),
    )


async def _on_postgres(stage: Stage, disk: SmallDisk) -> Line:
    cluster = Cluster(disk.folder)
    await cluster.make()
    try:
        url = await cluster.database("small")
        async with stage.api("full-postgres", several(url)) as api:
            # a fresh segment of its log, so that it is the table which cannot grow
            await cluster.sql("small", "SELECT pg_switch_wal()")
            return await _filled(stage, api, Line(_POSTGRES, _EXPECTED), disk.fill, disk.clear)
    finally:
        await cluster.stop()


async def _filled(stage: Stage, api: Api, line: Line, fill: Callable[[], object], clear: Callable[[], object]) -> Line:
    load = Load(api.port, stage.connections)
    parent = api.parent
    async with load.running():
        await until(lambda: load.answered > _ENOUGH, "answers before")
        fill()
        try:
            await until(lambda: load.refused.total() >= _REFUSALS, "refusals", 60)
        finally:
            clear()
        so_far = load.answered
        await until(lambda: load.answered > so_far + _ENOUGH, "answers again", 60)
    line.hold(api.parent == parent, "the API was started anew")
    only_refused(line, load)
    line.hold(set(load.refused) == {"/problems/history-unavailable"}, f"problems: {dict(load.refused)}")
    line.saw(f"{load.refused.total():,} answers 503")
    compare(line, [load], stored(api))
    return line
