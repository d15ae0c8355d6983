"""Promotes and rolls back under load: no failed answer, no mixed one, and none of the old version for long."""

import time
from collections.abc import AsyncIterator
from contextlib import suppress

import psutil

from drills.api import Api
from drills.history import compare, stored
from drills.load import Load
from drills.processes import until
from drills.promotions import check, promote
from drills.report import Line
from drills.stage import Stage, several

_ENOUGH = 300
_QUIET_SECONDS = 2


async def freshness(stage: Stage) -> AsyncIterator[Line]:
    """Two promotions and a rollback, on several processes where there is a PostgreSQL server."""
    settings = several(await stage.cluster.database("freshness")) if stage.cluster else {}
    async with stage.api("freshness", settings) as api:
        yield await _promoted(stage, api)


async def _promoted(stage: Stage, api: Api) -> Line:
    line = Line(
        f"two promotions and a rollback under {stage.connections} connections",
        "every answer is its version's own; none of an older version later than 2 s, in no process; no error",
    )
    await _until_all_is_read(api)
    load = Load(api.port, stage.connections)
    async with load.running():
        await until(lambda: load.answered > _ENOUGH, "answers before")
        promotions = [await promote(stage.mlflow, load, version) for version in ("2", "3", "1")]
        asked = [_connections(worker, api.port) for worker in api.workers()]
    line.hold(all(asked), f"connections in each process: {asked}")
    line.hold(not (load.cut or load.strange or load.refused), f"{load.cut} cut, {load.strange}, {load.refused}")
    check(line, load, stage.mlflow.tables, promotions)
    compare(line, [load], stored(api))
    return line


async def _until_all_is_read(api: Api) -> None:
    """A process that has just started reads what is registered; a promotion finds it done."""
    quiet_since = time.monotonic()

    def is_read() -> bool:
        nonlocal quiet_since
        if api.reads():
            quiet_since = time.monotonic()
        return time.monotonic() > quiet_since + _QUIET_SECONDS

    await until(is_read, "the registered models are read")


def _connections(worker: psutil.Process, port: int) -> int:
    with suppress(psutil.Error):
        ours = [each for each in worker.net_connections("tcp") if each.laddr.port == port]
        return sum(each.status == psutil.CONN_ESTABLISHED for each in ours)
    return 0
