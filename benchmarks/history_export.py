"""How much memory the API takes while it streams many rows as a file, and how fast they come."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Event, Thread
from time import perf_counter
from typing import NamedTuple

import httpx

from benchmarks.history_fill import DAYS, VERSIONS
from benchmarks.history_servers import memory
from benchmarks.serving_servers import Server

_BETWEEN_LOOKS = 0.02


class Export(NamedTuple):
    """What was seen of one."""

    rows: int
    seconds: float
    before: float
    """Memory of the server, in MB."""
    peak: float


def exported(server: Server, form: str, rows: int, of: int) -> Export:
    """Export about so many of the rows of a history."""
    url = server.url.replace("/predict/", "/registry/")
    newest = httpx.get(url, params={"model_version": str(VERSIONS), "limit": 1}).json()["items"][0]["created_at"]
    since = datetime.fromisoformat(newest) - timedelta(days=DAYS) * min(rows, of) / of
    asked = {"format": form, "since": since.isoformat().replace("+00:00", "Z")}
    httpx.get(f"{url}export", params=asked | {"model_version": "none"}).raise_for_status()
    before, highest, done = memory(server), [0.0], Event()

    def look() -> None:
        while not done.wait(_BETWEEN_LOOKS):
            highest[0] = max(highest[0], memory(server))

    watching = Thread(target=look)
    watching.start()
    start, lines = perf_counter(), 0
    with httpx.stream("GET", f"{url}export", params=asked, timeout=60) as answer:
        for chunk in answer.raise_for_status().iter_raw():
            lines += chunk.count(b"\n")
    seconds = perf_counter() - start
    done.set()
    watching.join()
    return Export(lines, seconds, before, highest[0])
