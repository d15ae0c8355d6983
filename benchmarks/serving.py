"""Compares this API, which stores every prediction before it answers, with others that store nothing.

`python -m benchmarks.serving` prints a markdown table. All servers answer with one model, on 127.0.0.1, beside
the load generator. In each round every server is asked at each number of connections, one after the other,
while the others stand still; ratios are taken within a round, and the table shows medians of the rounds.
"""

from __future__ import annotations

import argparse
import os
import shutil
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

from benchmarks.serving_batches import batches
from benchmarks.serving_load import Load, load
from benchmarks.serving_model import make
from benchmarks.serving_servers import Server, start_all

CONNECTIONS = (1, 16, 64)
COMPARED_AT = 16
SYNCS = 200
PAGE = 8_192
Round = dict[tuple[str, int], Load]


def sync_microseconds(folder: Path) -> float:
    """Median time in which the disk takes a page that was written before."""
    times = []
    with (folder / "page").open("wb", buffering=0) as file:
        for _ in range(SYNCS):
            file.seek(0)
            file.write(os.urandom(PAGE))
            start = perf_counter()
            os.fdatasync(file.fileno())
            times.append(perf_counter() - start)
    return median(times) * 1e6


def one_round(servers: list[Server], seconds: float, folder: Path) -> Round:
    """Every server at every number of connections."""
    seen: Round = {}
    for connections in CONNECTIONS:
        for server in servers:
            server.go()
            load(server.url, server.body, connections, 1, str(folder))  # to warm it up
            seen[server.name, connections] = load(server.url, server.body, connections, seconds, str(folder))
            server.halt()
    return seen


def show(cells: list[str]) -> None:
    """A line of a markdown table."""
    print("|", " | ".join(cells), "|", flush=True)


def head(first: str, others: list[str]) -> None:
    """The first two lines of one."""
    show([first, *others])
    show(["---", *["---:"] * len(others)])


def show_speeds(rounds: list[Round], names: list[str]) -> None:
    """Requests a second and latencies."""
    what = ("req/s", "p50 ms", "p99 ms")
    head("connections", [f"{connections}: {each}" for connections in CONNECTIONS for each in what])
    for name in names:
        cells = [name]
        for connections in CONNECTIONS:
            loads = [seen[name, connections] for seen in rounds]
            cells.append(f"{median(each.rate for each in loads):,.0f}")
            cells += [f"{median(each[which] for each in loads):.2f}" for which in (1, 2)]
        show(cells)


def show_ratios(rounds: list[Round], names: list[str]) -> None:
    """How many times as fast as the others we are, and with what share of their p99, on 16 connections."""
    ours = [name for name in names if name.startswith("This API")]
    head(f"at {COMPARED_AT} connections", [f"{name}: {what}" for name in ours for what in ("times", "p99")])
    for other in [name for name in names if name not in ours]:
        cells = [f"to {other}"]
        for name in ours:
            pairs = [(seen[name, COMPARED_AT], seen[other, COMPARED_AT]) for seen in rounds]
            cells.append(f"{median(mine.rate / theirs.rate for mine, theirs in pairs):.2f}")
            cells.append(f"{median(mine.p99 / theirs.p99 for mine, theirs in pairs):.2f}")
        show(cells)


def show_batches(ours: Server, folder: Path) -> None:
    """Rows a second of this API on SQLite."""
    print()
    head("a batch of", ["computed, rows/s", "stored from JSON, rows/s", "stored from CSV, rows/s"])
    ours.go()
    for name, *rates in batches(f"{ours.url}batch", folder / "api"):
        show([name, *(f"{rate:,.0f}" for rate in rates)])
    ours.halt()


def measure(count: int, seconds: float) -> None:
    """Start all, measure, print."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        servers = start_all(folder, make(folder), stack)
        syncs, rounds = [], []
        for _ in range(count):
            syncs.append(sync_microseconds(folder))
            rounds.append(one_round(servers, seconds, folder))
        names = [server.name for server in servers]
        show_speeds(rounds, names)
        print()
        show_ratios(rounds, names)
        show_batches(servers[0], folder)
        tool = "wrk" if shutil.which("wrk") else "our own client"
        print(f"\n{count} rounds of {seconds:g} s on {os.cpu_count()} cores; load by {tool}.")
        print(f"A sync of the disk: {median(syncs):.0f} µs. Failed requests: {failed(rounds) or 'none'}.")


def failed(rounds: list[Round]) -> dict[str, int]:
    """How many requests each server failed, of those that failed any."""
    counts = Counter[str]()
    for seen in rounds:
        for (name, _), each in seen.items():
            counts[name] += each.bad
    return {name: count for name, count in counts.items() if count}


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="each server at each number of connections")
    asked = parser.parse_args()
    measure(asked.rounds, asked.seconds)


if __name__ == "__main__":
    main()
