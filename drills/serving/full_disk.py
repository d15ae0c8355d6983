"""Fill the disk of the history under load, then free it. The API has to recover by itself."""

from collections.abc import AsyncIterator, Callable

import psutil

from drills.load.generator import LoadGenerator
from drills.processes import wait_until
from drills.result import DrillResult, skipped_drill
from drills.servers.api import Api
from drills.servers.postgres import NOT_INSTALLED, Cluster, binaries
from drills.servers.small_disk import SmallDisk, small_disk
from drills.serving.environment import Environment, multi_process_settings
from drills.serving.stored_predictions import compare_with_history, expect_only_503, export_history

_SQLITE_MB, _POSTGRES_MB = 24, 160
_MIN_RESPONSES = 300
_NO_ROOT = "mounting a small disk needs root"
_MIN_UNAVAILABLE = 100
_EXPECTATION = "only 503 problem documents; with free space it recovers by itself; no prediction lost"
_POSTGRES_ACTION = "disk of PostgreSQL's data filled under load, then freed"


async def full_disk(environment: Environment) -> AsyncIterator[DrillResult]:
    """Fill SQLite's disk, then PostgreSQL's."""
    with small_disk(environment.folder / "small", _SQLITE_MB) as disk:
        home = disk.folder / "home" if disk else None
        async with environment.api("full-sqlite", home=home) as api:
            yield await _run_on_sqlite(environment, api, disk)
    if not binaries():
        yield skipped_drill(_POSTGRES_ACTION, NOT_INSTALLED)
        return
    with small_disk(environment.folder / "small-postgres", _POSTGRES_MB) as disk:
        yield (await _run_on_postgres(environment, disk) if disk else skipped_drill(_POSTGRES_ACTION, _NO_ROOT))


async def _run_on_sqlite(environment: Environment, api: Api, disk: SmallDisk | None) -> DrillResult:
    if disk:
        action = "disk of SQLite's file filled under load, then freed"
        return await _fill_and_clear(environment, api, DrillResult(action, _EXPECTATION), disk.fill, disk.free)
    action = "SQLite's file not allowed to grow under load (RLIMIT_FSIZE: no disk can be mounted), then allowed"
    process = psutil.Process(api.parent)
    soft, hard = process.rlimit(psutil.RLIMIT_FSIZE)
    return await _fill_and_clear(
        environment,
        api,
        DrillResult(action, _EXPECTATION),
        lambda: process.rlimit(psutil.RLIMIT_FSIZE, (1, hard)),
        lambda: process.rlimit(psutil.RLIMIT_FSIZE, (soft, hard)),
    )


async def _run_on_postgres(environment: Environment, disk: SmallDisk) -> DrillResult:
    cluster = Cluster(disk.folder)
    await cluster.create()
    try:
        url = await cluster.create_database("small")
        async with environment.api("full-postgres", multi_process_settings(url)) as api:
            # a fresh WAL segment, so that the table is what cannot grow
            await cluster.sql("small", "SELECT pg_switch_wal()")
            return await _fill_and_clear(
                environment, api, DrillResult(_POSTGRES_ACTION, _EXPECTATION), disk.fill, disk.free
            )
    finally:
        await cluster.stop()


async def _fill_and_clear(
    environment: Environment,
    api: Api,
    result: DrillResult,
    fill: Callable[[], object],
    clear: Callable[[], object],
) -> DrillResult:
    load = LoadGenerator(api.port, environment.connections)
    parent = api.parent
    async with load.running():
        await wait_until(lambda: load.response_count > _MIN_RESPONSES, "responses before the disk is full")
        fill()
        try:
            await wait_until(lambda: load.unavailable.total() >= _MIN_UNAVAILABLE, "503 responses", 60)
        finally:
            clear()
        start = load.response_count
        await wait_until(lambda: load.response_count > start + _MIN_RESPONSES, "responses after the disk is free", 60)
    result.expect(api.parent == parent, "the API was restarted")
    expect_only_503(result, load)
    result.expect(set(load.unavailable) == {"/problems/history-unavailable"}, f"problems: {dict(load.unavailable)}")
    result.observe(f"{load.unavailable.total():,} responses 503")
    compare_with_history(result, [load], export_history(api))
    return result
