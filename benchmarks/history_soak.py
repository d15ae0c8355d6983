"""What the API holds in memory while it answers a million questions: `python -m benchmarks.history_soak`.

On keep-alive connections, every prediction stored. The memory is looked at after each tenth of the questions; the
growth is the slope of a straight line through the second half, when every cache is full.
"""

from __future__ import annotations

import argparse
import re
from contextlib import ExitStack
from pathlib import Path
from statistics import linear_regression
from tempfile import TemporaryDirectory

import httpx

from benchmarks.history_servers import memory, serving
from benchmarks.serving_load import load
from benchmarks.serving_servers import Server, binaries, postgresql

CONNECTIONS = 64
_MADE = re.compile(r"^steam_sales_predictions_total\{.*\} (\S+)$", re.MULTILINE)
_LONGEST = 30


def made(server: Server) -> int:
    """How many predictions it has made."""
    text = httpx.get(server.url.replace("/predict/", "/metrics"), timeout=30).text
    return int(sum(float(count) for count in _MADE.findall(text)))


def soaked(server: Server, predictions: int, folder: Path) -> list[tuple[int, float]]:
    """Ask until it has made so many: how many it had made, and its memory in MB, at each look."""
    seen = [(made(server), memory(server))]
    rate = 50_000.0  # more than any: the first look must not come late
    for tenth in range(1, 11):
        while (left := predictions * tenth // 10 - made(server)) > 0:
            asked = load(server.url, server.kinds[0], CONNECTIONS, min(_LONGEST, max(1, left / rate)), folder)
            if asked.bad:
                raise SystemExit(f"{server.name} failed {asked.bad} requests: {server.log.read_text()[-2000:]}")
            rate = asked.rate
        seen.append((made(server), memory(server)))
        print(f"{server.name}: {seen[-1][0]:>9,} predictions, {seen[-1][1]:6.1f} MB", flush=True)
    return seen


def measure(predictions: int) -> None:
    """On every database that is here, one after the other."""
    with TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        urls = {"SQLite": f"sqlite:///{folder / 'soak.db'}"}
        if binaries():
            urls["PostgreSQL"] = postgresql(stack)
        for database, url in urls.items():
            server = serving(database, url, folder, stack)
            seen = soaked(server, predictions, folder)
            server.halt()
            slope = linear_regression(*zip(*seen[len(seen) // 2 :], strict=True)).slope
            print(f"{database}: {slope * 1e5:+.2f} MB with each 100,000 predictions\n", flush=True)


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--predictions", type=int, default=1_000_000)
    measure(parser.parse_args().predictions)


if __name__ == "__main__":
    main()
