"""How many rows a second a batch computes, in this process, and how many the API stores and answers, over HTTP."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

import httpx

ROWS = 10_000
FILE_ROWS = 100_000
TIMES = 5
DAYS = 3_650


def questions(kind: str) -> list[dict[str, int | str]]:
    """`ROWS` of them: of the kinds of day one after the other, or of the days of ten years."""
    from domain.calendar import ALL_CODES

    if kind == "codes":
        return [
            dict(zip(("DayOfWeek", "Season", "Holiday"), ALL_CODES[n % len(ALL_CODES)], strict=True))
            for n in range(ROWS)
        ]
    return [{"Date": (date(2026, 1, 1) + timedelta(days=n % DAYS)).isoformat()} for n in range(ROWS)]


def file_of(rows: list[dict[str, int | str]]) -> str:
    """The same as CSV, again and again up to `FILE_ROWS`."""
    lines = "".join(",".join(map(str, row.values())) + "\n" for row in rows)
    return ",".join(rows[0]) + "\n" + lines * (FILE_ROWS // ROWS)


def best(rows: int, do: Callable[[], object]) -> float:
    """Rows a second in the best of `TIMES`."""
    seconds = []
    for _ in range(TIMES):
        start = perf_counter()
        do()
        seconds.append(perf_counter() - start)
    return rows / min(seconds)


def computed(body: bytes, state: Path) -> float:
    """Rows a second from the bytes of a request to those of its answer, all but the commit."""
    from service.batches.json_reader import read_json
    from service.batches.predict import BatchPredictor
    from service.batches.render import to_json
    from service.model_loading import disk_cache
    from service.prediction.predictor import Predictor

    champion = disk_cache.load(state)
    if champion is None:
        raise SystemExit(f"{state} holds no champion")
    predictor = Predictor(champion)
    return best(ROWS, lambda: to_json(BatchPredictor(predictor).predict(read_json(body), datetime.now(UTC))))


def stored(url: str, body: str | bytes, rows: int, kind: str) -> float:
    """Rows a second that are answered, each of them committed."""

    def ask() -> None:
        answer = client.post(url, content=body, headers={"Content-Type": kind})
        answer.raise_for_status()

    with httpx.Client(timeout=120) as client:
        return best(rows, ask)


def batches(url: str, state: Path) -> list[tuple[str, float, float, float]]:
    """For each kind of question: rows a second computed, stored from JSON, stored from CSV."""
    found = []
    for kind, name in (("codes", "56 kinds of day"), ("dates", f"{DAYS:,} days")):
        rows = questions(kind)
        body = json.dumps(rows).encode()
        by_json = stored(url, body, ROWS, "application/json")
        by_csv = stored(url, file_of(rows), FILE_ROWS, "text/csv")
        found.append((name, computed(body, state), by_json, by_csv))
    return found
