"""Set the system clock back under load, by Debian's libfaketime. The monotonic clock is not changed."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from drills.load.connection import Connection
from drills.load.generator import LoadGenerator, predictions_in
from drills.load.requests import idempotent_requests
from drills.processes import wait_for_url, wait_until
from drills.result import DrillResult, skipped_drill
from drills.servers.api import Api
from drills.serving.environment import Environment
from drills.serving.stored_predictions import compare_with_history, expect_no_errors, export_history

_ACTION = "clock set back by an hour under load; API killed and started; clock corrected"
_EXPECTATION = "ids unique, ascending within a process; pages show each once; keys and limits hold; none lost"
_MIN_RESPONSES = 500
_SETBACK_SECONDS = 3_600
_REPEATED_DATE = 30_000
"""Days after 1970-01-01 of the request that is repeated after each change."""


async def clock_change(environment: Environment) -> AsyncIterator[DrillResult]:
    """Run on SQLite, with one process."""
    library = _find_libfaketime()
    if library is None:
        yield skipped_drill(_ACTION, "libfaketime is missing: apt install faketime")
        return
    offset = environment.folder / "clock-offset"
    _set_clock_error(offset, 0)
    async with environment.api("clock", _faketime_variables(library, offset)) as api:
        yield await _run_with_clock_set_back(environment, api, offset)


def _find_libfaketime() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def _set_clock_error(offset: Path, seconds: int) -> None:
    draft = offset.with_suffix(".draft")
    draft.write_text(f"{seconds:+d}")
    draft.replace(offset)


def _faketime_variables(library: Path, offset: Path) -> dict[str, str]:
    """Return variables that make a process read the offset of its clock from a file, every second."""
    variables = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_CACHE_DURATION": "1"}
    variables |= {"NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    # the workaround for an old C library makes Python's threads wait a thousand times too long for the interpreter
    return variables | {"FAKETIME_FORCE_MONOTONIC_FIX": "0", "API_RATE_LIMIT": "10000000"}


async def _run_with_clock_set_back(environment: Environment, api: Api, offset: Path) -> DrillResult:
    result = DrillResult(_ACTION, _EXPECTATION)
    before, after = (LoadGenerator(api.port, environment.connections, first) for first in (0, 10_000))
    repeated = [await _repeat_request(api)]
    async with before.running():
        await _wait_for_responses(before)
        _set_clock_error(offset, -_SETBACK_SECONDS)
        await wait_until(lambda: "the clock was set back" in api.log, "the API notices", 30)
        await _wait_for_responses(before)
        repeated.append(await _repeat_request(api))
    api.kill()
    await wait_for_url(f"{api.url}/health/ready")
    async with after.running():
        await _wait_for_responses(after)
        repeated.append(await _repeat_request(api))
        _set_clock_error(offset, 0)
        await _wait_for_responses(after)
    history = export_history(api)
    result.expect(len({item["id"] for item in repeated}) == 1, "a key got more than one prediction")
    _check_id_order(result, before, after)
    await _check_pages(result, api, history)
    for load in (before, after):
        expect_no_errors(result, load)
    compare_with_history(result, [before, after], history)
    return result


async def _wait_for_responses(load: LoadGenerator) -> None:
    start = load.response_count
    await wait_until(lambda: load.response_count > start + _MIN_RESPONSES, "responses")


async def _repeat_request(api: Api) -> Any:
    connection = Connection(api.port)
    response = await connection.send(next(idempotent_requests(0, 1, _REPEATED_DATE)).content)
    connection.close()
    return json.loads(response.body)


def _check_id_order(result: DrillResult, before: LoadGenerator, after: LoadGenerator) -> None:
    """Check that the ids of each client ascend, and that the clock really was set back."""
    descending = 0
    for responses in before.responses + after.responses:
        ids = [item["id"] for response in responses for item in predictions_in(response)]
        descending += sum(earlier >= later for earlier, later in pairwise(ids))
    result.expect(not descending, f"{descending} ids are not larger than the previous one")
    times = [[datetime.fromisoformat(item["created_at"]) for item in load.predictions()] for load in (before, after)]
    setback = (max(times[0]) - min(times[1])).total_seconds()
    result.expect(setback > _SETBACK_SECONDS / 2, f"the clock went back by {setback:.0f} s only")
    result.observe("the API logs the change; predictions after its restart are dated an hour earlier")


async def _check_pages(result: DrillResult, api: Api, history: list[dict[str, Any]]) -> None:
    """Check that all pages together equal the export."""
    paged: list[str] = []
    path = "/registry/?limit=500"
    cursor: str | None = ""
    while cursor is not None:
        page = await api.get(f"{path}&cursor={cursor}" if cursor else path)
        paged += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    result.expect(
        paged == [item["id"] for item in history],
        f"{len(paged)} on all pages, {len(history)} exported",
    )
    result.observe(f"pages of 500 show {len(paged):,}, none twice")
