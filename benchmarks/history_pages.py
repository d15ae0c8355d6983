"""Times pages of the registry by HTTP, the same page of a small and of a long history one after the other."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from statistics import median
from time import perf_counter
from typing import Any

import httpx

from benchmarks.history_fill import DAYS, RARE_DAY, RARE_VERSION, VERSIONS
from benchmarks.history_servers import SMALL, Pair

LIMIT = 50
PAGE = 10_000
_LARGEST = 500
Parameters = dict[str, Any]


def cases(end: datetime) -> Iterator[tuple[str, Parameters]]:
    """Every sort of page, of a history that ends here: what it shows and how it is asked for."""
    day = timedelta(days=1)
    far = end - (DAYS - 5) * day
    monday = {"DayOfWeek": 1}
    rare = dict(zip(("DayOfWeek", "Season", "Holiday"), RARE_DAY, strict=True))
    newest, oldest = {"model_version": str(VERSIONS)}, {"model_version": "1"}
    yield "first page", {}
    yield "since 90 days ago", {"since": _text(end - 90 * day)}
    yield "until 95 days ago", {"until": _text(far)}
    yield "a day, 50 days ago", {"since": _text(end - 50 * day), "until": _text(end - 49 * day)}
    yield "DayOfWeek", monday
    yield "Season", {"Season": 2}
    yield "Holiday", {"Holiday": 1}
    yield "DayOfWeek, Season", monday | {"Season": 2}
    yield "DayOfWeek, Season, Holiday", monday | {"Season": 2, "Holiday": 0}
    yield "all three, 20 rows", rare
    yield "two of them, 20 rows", {"DayOfWeek": 1, "Holiday": 1}
    yield "all three, no row", {"DayOfWeek": 2, "Season": 2, "Holiday": 1}
    yield "two of them, no row", {"DayOfWeek": 2, "Holiday": 1}
    yield "newest version", newest
    yield "oldest version", oldest
    yield "version with 20 rows", {"model_version": RARE_VERSION}
    yield "version with no row", {"model_version": "none"}
    yield "oldest version, DayOfWeek", oldest | monday
    yield "newest version, day it never saw", newest | {"DayOfWeek": 1, "Holiday": 1}
    yield "rare version, day it never saw", {"model_version": RARE_VERSION, "DayOfWeek": 4}
    yield "until 95 days ago, DayOfWeek", {"until": _text(far)} | monday
    yield "until 95 days ago, newest version", {"until": _text(far)} | newest
    yield "since 5 days ago, oldest version", {"since": _text(end - 5 * day)} | oldest
    yield "a day, 50 days ago, Holiday", {"since": _text(end - 50 * day), "until": _text(end - 49 * day), "Holiday": 1}


def compared(pair: Pair, rows: int, rounds: int) -> list[tuple[str, int, float, float]]:
    """Each page: what it shows, its rows, and its milliseconds in the small history and in the long one."""
    with httpx.Client(limits=httpx.Limits(keepalive_expiry=2), timeout=60) as client:
        urls = [server.url.replace("/predict/", "/registry/") for server in (pair.small, pair.long)]
        end = datetime.fromisoformat(_page(client, urls[1], {"model_version": str(VERSIONS)})["items"][0]["created_at"])
        last = min(SMALL // LIMIT, PAGE), min(rows // LIMIT, PAGE)
        deep = {"cursor": _cursor(client, urls[0], last[0])}, {"cursor": _cursor(client, urls[1], last[1])}
        asked = [(name, (parameters, parameters)) for name, parameters in cases(end)]
        asked.insert(1, (f"page {last[1]:,} (small: {last[0]:,})", deep))
        return [(name, *_timed(client, urls, both, rounds)) for name, both in asked]


def _timed(
    client: httpx.Client, urls: list[str], both: tuple[Parameters, Parameters], rounds: int
) -> tuple[int, float, float]:
    rows = len(_page(client, urls[1], both[1])["items"])
    times: tuple[list[float], list[float]] = [], []
    for _ in range(rounds):
        for url, parameters, taken in zip(urls, both, times, strict=True):
            start = perf_counter()
            _page(client, url, parameters)
            taken.append((perf_counter() - start) * 1e3)
    return rows, median(times[0][1:]), median(times[1][1:])


def _page(client: httpx.Client, url: str, parameters: Parameters, limit: int = LIMIT) -> dict[str, Any]:
    answer = client.get(url, params=parameters | {"limit": limit}).raise_for_status()
    page: dict[str, Any] = answer.json()
    return page


def _cursor(client: httpx.Client, url: str, number: int) -> str:
    """Of the page of this number, from 1, found as a client finds it."""
    cursor: Parameters = {}
    left = (number - 1) * LIMIT
    while left:
        limit = min(left, _LARGEST)
        cursor = {"cursor": _page(client, url, cursor, limit)["next_cursor"]}
        left -= limit
    return str(cursor["cursor"])


def _text(moment: datetime) -> str:
    return moment.isoformat().replace("+00:00", "Z")


def summarized(pair: Pair) -> list[tuple[str, int, float, float]]:
    """Summaries: their span, the predictions in it in the long history, and milliseconds in the small and in it."""
    found = []
    with httpx.Client(limits=httpx.Limits(keepalive_expiry=2), timeout=120) as client:
        urls = [server.url.replace("/predict/", "/registry/") for server in (pair.small, pair.long)]
        newest = _page(client, urls[1], {"model_version": str(VERSIONS)})["items"][0]["created_at"]
        for days in (1, 7, 30):
            asked = {"since": _text(datetime.fromisoformat(newest) - timedelta(days=days))}
            (_, small), (count, long) = (_summary(client, f"{url}summary", asked) for url in urls)
            found.append((f"{days} days", count, small, long))
    return found


def _summary(client: httpx.Client, url: str, asked: Parameters) -> tuple[int, float]:
    client.get(url, params=asked).raise_for_status()  # to warm it up
    start = perf_counter()
    answer = client.get(url, params=asked).raise_for_status().json()
    return sum(answer["versions"].values()), (perf_counter() - start) * 1e3
