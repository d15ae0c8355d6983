"""Compares this API, which stores every prediction before it answers, with others that store nothing.

`python -m benchmarks.serving` prints markdown tables. Requests are those of real clients: distinct bodies and dates,
an API key under a rate limit, a `traceparent` or an `Idempotency-Key` of its own on each, and all of these with traces
exported. All servers answer with one model, on 127.0.0.1, beside the load generator. In each round every server is
asked at each number of connections, one after the other, while the others stand still; ratios are taken within a
round, and the tables show medians of the rounds.
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
from benchmarks.serving_servers import ANY, CONSTANT, Server, start_all

CONNECTIONS = (1, 16, 64)
SYNCS = 200
PAGE = 8_192
Round = dict[tuple[str, str, int], Load]


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
    """Send every kind of request to its server, at every number of connections."""
    seen: Round = {}
    for connections in CONNECTIONS:
        for server in servers:
            server.go()
            for kind in server.kinds:
                load(server.url, kind, connections, 1, folder)  # to warm it up
                seen[server.name, kind.name, connections] = load(server.url, kind, connections, seconds, folder)
            server.halt()
    return seen


def show(cells: list[str]) -> None:
    """A line of a markdown table."""
    print("|", " | ".join(cells), "|", flush=True)


def head(first: str, others: list[str]) -> None:
    """The first two lines of one."""
    show([first, *others])
    show(["---", *["---:"] * len(others)])


def show_speeds(rounds: list[Round]) -> None:
    """Requests a second and latencies."""
    what = ("req/s", "p50 ms", "p99 ms")
    head("requests", [f"{connections}: {each}" for connections in CONNECTIONS for each in what])
    for name, kind in dict.fromkeys((name, kind) for name, kind, _ in rounds[0]):
        cells = [f"{name}: {kind}"]
        for connections in CONNECTIONS:
            loads = [seen[name, kind, connections] for seen in rounds]
            cells.append(f"{median(each.rate for each in loads):,.0f}")
            cells += [f"{median(each[which] for each in loads):.2f}" for which in (1, 2)]
        show(cells)


def show_shares(rounds: list[Round]) -> None:
    """How many times as fast as the constant each kind of request is, and with what share of its p99."""
    head("as a share of the constant", [f"{count}: {each}" for count in CONNECTIONS for each in ("req/s", "p99")])
    for name, kind in dict.fromkeys((name, kind) for name, kind, _ in rounds[0] if name != CONSTANT):
        cells = [f"{name}: {kind}"]
        for count in CONNECTIONS:
            pairs = [(seen[name, kind, count], seen[CONSTANT, ANY.name, count]) for seen in rounds]
            cells.append(f"{median(mine.rate / constant.rate for mine, constant in pairs):.2f}")
            cells.append(f"{median(mine.p99 / constant.p99 for mine, constant in pairs):.2f}")
        show(cells)


def show_batches(ours: Server, folder: Path) -> None:
    """Rows a second of this API on SQLite."""
    print()
    head("a batch of", ["computed, rows/s", "stored from JSON, rows/s", "stored from CSV, rows/s"])
    ours.go()
    for name, *rates in batches(f"{ours.url}batch", folder / "api"):
        show([name, *(f"{rate:,.0f}" for rate in rates)])
    ours.halt()


def measure(count: int, seconds: float, *, slow_peers: bool) -> None:
    """Start all, measure, print."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        servers = start_all(folder, make(folder), stack, slow_peers=slow_peers)
        syncs, rounds = [], []
        for _ in range(count):
            syncs.append(sync_microseconds(folder))
            rounds.append(one_round(servers, seconds, folder))
        show_speeds(rounds)
        print()
        show_shares(rounds)
        show_batches(servers[0], folder)
        tool = "wrk" if shutil.which("wrk") else "our own client"
        print(f"\n{count} rounds of {seconds:g} s on {os.cpu_count()} cores; load by {tool}.")
        print(f"A sync of the disk: {median(syncs):.0f} µs. Failed requests: {failed(rounds) or 'none'}.")


def failed(rounds: list[Round]) -> dict[str, int]:
    """How many requests each server failed, of those that failed any."""
    counts = Counter[str]()
    for seen in rounds:
        for (name, _, __), each in seen.items():
            counts[name] += each.bad
    return {name: count for name, count in counts.items() if count}


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=3, help="each server at each number of connections")
    parser.add_argument("--slow-peers", action="store_true", help="scikit-learn, LitServe and MLflow's server as well")
    asked = parser.parse_args()
    measure(asked.rounds, asked.seconds, slow_peers=asked.slow_peers)


if __name__ == "__main__":
    main()
