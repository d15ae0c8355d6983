"""Sets the clock back under load, by Debian's libfaketime: only the calendar's clock, as an operator would."""

import json
from collections.abc import AsyncIterator
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from drills.api import Api
from drills.asking import Connection
from drills.history import compare, stored
from drills.load import Load, items_of
from drills.processes import until, until_it_answers
from drills.questions import keyed
from drills.report import Line, skipped
from drills.stage import Stage

_DONE = "clock set back by an hour under load; the API killed and started; the clock set right"
_EXPECTED = "ids unique, growing in a process; pages lose and repeat none; keys and limits hold; nothing lost"
_ENOUGH = 500
_BACK = 3_600
_LAST_KEY = 30_000
"""Days after 1970-01-01 of the question that is asked again each time."""


async def clock(stage: Stage) -> AsyncIterator[Line]:
    """On SQLite, one process at a time."""
    library = _library()
    if library is None:
        yield skipped(_DONE, "there is no libfaketime here: apt install faketime")
        return
    offset = stage.folder / "error-of-the-clock"
    _put(offset, 0)
    async with stage.api("clock", _with_clock(library, offset)) as api:
        yield await _set_back(stage, api, offset)


def _library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("*/faketime/libfaketime.so.1"))), None)


def _put(offset: Path, seconds: int) -> None:
    draft = offset.with_suffix(".draft")
    draft.write_text(f"{seconds:+d}")
    draft.replace(offset)


def _with_clock(library: Path, offset: Path) -> dict[str, str]:
    """What makes a process read its clock's error from a file, anew each second."""
    told = {"LD_PRELOAD": str(library), "FAKETIME_TIMESTAMP_FILE": str(offset), "FAKETIME_CACHE_DURATION": "1"}
    told |= {"NO_FAKE_STAT": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1", "DONT_FAKE_MONOTONIC": "1"}
    # Its cure for an old C library lets Python's threads wait for the interpreter a thousand times too long.
    return told | {"FAKETIME_FORCE_MONOTONIC_FIX": "0", "API_RATE_LIMIT": "10000000"}


async def _set_back(stage: Stage, api: Api, offset: Path) -> Line:
    line = Line(_DONE, _EXPECTED)
    before, after = (Load(api.port, stage.connections, first) for first in (0, 10_000))
    again = [await _asked_again(api)]
    async with before.running():
        await _more(before)
        _put(offset, -_BACK)
        await until(lambda: "the clock was set back" in api.log, "the API notices", 30)
        await _more(before)
        again.append(await _asked_again(api))
    api.kill()
    await until_it_answers(f"{api.url}/health/ready")
    async with after.running():
        await _more(after)
        again.append(await _asked_again(api))
        _put(offset, 0)
        await _more(after)
    kept = stored(api)
    line.hold(len({item["id"] for item in again}) == 1, "a key was answered by more than one prediction")
    _hold_order(line, before, after)
    await _hold_pages(line, api, kept)
    for load in (before, after):
        line.hold(not (load.cut or load.strange or load.refused), f"{load.cut} cut, {load.strange}, {load.refused}")
    compare(line, [before, after], kept)
    return line


async def _more(load: Load) -> None:
    so_far = load.answered
    await until(lambda: load.answered > so_far + _ENOUGH, "answers")


async def _asked_again(api: Api) -> Any:
    connection = Connection(api.port)
    answer = await connection.ask(next(keyed(0, 1, _LAST_KEY)).request)
    connection.close()
    return json.loads(answer.body)


def _hold_order(line: Line, before: Load, after: Load) -> None:
    """Of one client the later answer has the larger id; and the clock was set back, or this shows nothing."""
    falling = 0
    for answers in before.received + after.received:
        ids = [item["id"] for answer in answers for item in items_of(answer)]
        falling += sum(earlier >= later for earlier, later in pairwise(ids))
    line.hold(not falling, f"{falling} ids are not larger than the one before")
    moments = [[datetime.fromisoformat(item["created_at"]) for item in load.items()] for load in (before, after)]
    apart = (max(moments[0]) - min(moments[1])).total_seconds()
    line.hold(apart > _BACK / 2, f"the clock went back by {apart:.0f} s only: the drill shows nothing")
    line.saw("the API's log says it; after the restart predictions are an hour older than before it")


async def _hold_pages(line: Line, api: Api, kept: list[dict[str, Any]]) -> None:
    """All pages together are the export, each prediction once."""
    seen: list[str] = []
    path = "/registry/?limit=500"
    cursor: str | None = ""
    while cursor is not None:
        page = await api.get(f"{path}&cursor={cursor}" if cursor else path)
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
    line.hold(seen == [item["id"] for item in kept], f"pages have {len(seen)} predictions, the export {len(kept)}")
    line.saw(f"pages of 500 show {len(seen):,}, none twice")
