"""Take the database break_database under load and bring it back. The API has to recover by itself."""

import os
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing, suppress
from pathlib import Path

from drills.load.generator import LoadGenerator
from drills.processes import wait_until
from drills.result import DrillResult, skipped_drill
from drills.servers.api import Api
from drills.servers.postgres import NOT_INSTALLED
from drills.serving.environment import Environment, multi_process_settings
from drills.serving.stored_predictions import compare_with_history, expect_only_503, export_history

_MIN_RESPONSES = 300
_MIN_UNAVAILABLE = 100
_MIN_UNAVAILABLE_WITH_LOCK = 20
"""Fewer, since each waits for the lock first."""
_EXPECTATION = "only 503 problem documents with Retry-After; then it recovers; no prediction lost"
_Action = Callable[[], Awaitable[None]]


async def database_outage(environment: Environment) -> AsyncIterator[DrillResult]:
    """Stop and start PostgreSQL; lock SQLite's file, then replace it by an empty one."""
    action = "PostgreSQL stopped as by a power cut and started again, under load"
    if cluster := environment.cluster:
        settings = multi_process_settings(await cluster.create_database("outage"))
        async with environment.api("database-postgres", settings) as api:
            load = LoadGenerator(api.port, environment.connections)
            result = await _run_outage(load, DrillResult(action, _EXPECTATION), cluster.stop, cluster.start)
            compare_with_history(result, [load], export_history(api))
            yield result
    else:
        yield skipped_drill(action, NOT_INSTALLED)
    async with environment.api("database-sqlite", {"API_DATABASE_TIMEOUT_SECONDS": "1"}) as api:
        loads = [LoadGenerator(api.port, environment.connections, first_day) for first_day in (0, 10_000)]
        result = await _with_locked_file(api, loads[0])
        compare_with_history(result, loads[:1], export_history(api))
        yield result
        result = await _with_replaced_file(api, loads[1])
        compare_with_history(result, loads, export_history(api))
        yield result


async def _run_outage(
    load: LoadGenerator,
    result: DrillResult,
    break_database: _Action,
    repair: _Action,
    min_unavailable: int = _MIN_UNAVAILABLE,
) -> DrillResult:
    async with load.running():
        await wait_until(lambda: load.response_count > _MIN_RESPONSES, "responses before the outage")
        await break_database()
        try:
            await wait_until(lambda: load.unavailable.total() >= min_unavailable, "503 responses", 30)
        finally:
            await repair()
        start = load.response_count
        await wait_until(lambda: load.response_count > start + _MIN_RESPONSES, "responses after the outage", 30)
    expect_only_503(result, load)
    result.expect(set(load.unavailable) == {"/problems/history-unavailable"}, f"problems: {dict(load.unavailable)}")
    result.observe(f"{load.unavailable.total():,} responses 503")
    return result


async def _with_locked_file(api: Api, load: LoadGenerator) -> DrillResult:
    result = DrillResult("SQLite's file locked by another writer, under load", _EXPECTATION)
    with closing(sqlite3.connect(_file(api), timeout=30, isolation_level=None)) as writer:

        async def lock() -> None:
            writer.execute("BEGIN IMMEDIATE")

        async def unlock() -> None:
            writer.execute("ROLLBACK")

        return await _run_outage(load, result, lock, unlock, _MIN_UNAVAILABLE_WITH_LOCK)


async def _with_replaced_file(api: Api, load: LoadGenerator) -> DrillResult:
    result = DrillResult("SQLite's file replaced by an empty one and put back, under load", _EXPECTATION)
    file = _file(api)
    original = file.with_suffix(".original")

    async def replace() -> None:
        os.rename(file, original)  # noqa: PTH104 - atomic: the event loop must not run in between
        file.touch()

    async def put_back() -> None:
        with suppress(FileNotFoundError):
            os.replace(original, file)  # noqa: PTH105 - as above

    return await _run_outage(load, result, replace, put_back)


def _file(api: Api) -> Path:
    return api.home / "api" / "history.db"
