"""The API beside a small and a long history, on SQLite and on PostgreSQL, each filled before it starts."""

from __future__ import annotations

import asyncio
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import asyncpg
import psutil

from benchmarks.history_fill import fill
from benchmarks.serving_servers import Server, binaries, ours, postgresql
from domain.calendar import ALL_CODES, WEEKDAYS
from service.model_loading import disk_cache
from service.prediction.champion import Champion

SMALL = 10_000


class Pair(NamedTuple):
    """The API on one kind of database, with little in it and with much."""

    name: str
    small: Server
    long: Server


def filled(folder: Path, rows: int, stack: ExitStack) -> list[tuple[str, str, str]]:
    """Name and URLs of a small and a long history on each database that is here."""
    now = datetime.now(UTC)
    pairs = [("SQLite", f"sqlite:///{folder / 'small.db'}", f"sqlite:///{folder / 'long.db'}")]
    if binaries():
        cluster = postgresql(stack)
        asyncio.run(_run(cluster, "CREATE DATABASE small", "CREATE DATABASE long"))
        parent = cluster.rpartition("/")[0]
        pairs.append(("PostgreSQL", f"{parent}/small", f"{parent}/long"))
    for name, *urls in pairs:
        for url, count in zip(urls, (SMALL, rows), strict=True):
            print(f"{name}: {count:,} predictions are stored …", flush=True)
            asyncio.run(fill(url, count, now))
            if url.startswith("postgresql"):
                asyncio.run(_run(url, "VACUUM ANALYZE"))  # as its autovacuum does within minutes
    return pairs


def started(name: str, urls: tuple[str, str], folder: Path, stack: ExitStack) -> Pair:
    """The API on both of them, each in a process of its own."""
    small, long = (
        serving(f"{name}, {which}", url, folder, stack) for which, url in zip(Pair._fields[1:], urls, strict=True)
    )
    return Pair(name, small, long)


def serving(name: str, url: str, folder: Path, stack: ExitStack) -> Server:
    """The API on one of them, with a champion of its own."""
    home = folder / name.replace(", ", "-").lower()
    findings: dict[str, Any] = {
        "trained_at": "2026-01-01T00:00:00Z",
        "data_version": "sample",
        "metrics": {},
        "interval": {"level": 0.9, "by_weekday": dict.fromkeys(WEEKDAYS, (-200.0, 200.0))},
        "seen": [],
        "weekday_means": {},
    }
    predictions = [1000.0 * codes.day_of_week + codes.season for codes in ALL_CODES]
    home.mkdir()
    disk_cache.save(home / "api", Champion(version="1", sha256="0" * 64, predictions=predictions, **findings))
    server = ours(name, home, stack, API_DATABASE_URL=url)
    server.go()
    return server


def memory(server: Server) -> float:
    """What its processes hold in memory, in MB."""
    family = [psutil.Process(server.group), *psutil.Process(server.group).children(recursive=True)]
    return float(sum(member.memory_info().rss for member in family)) / 2**20


async def _run(url: str, *statements: str) -> None:
    connection = await asyncpg.connect(url)
    for statement in statements:
        await connection.execute(statement)
    await connection.close()
