"""Asks a server one question again and again: by wrk where it is installed, else by a small client of our own."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from time import perf_counter
from typing import NamedTuple

_SCRIPT = """
wrk.method = "POST"
wrk.headers["Content-Type"] = "application/json"
wrk.body = [==[%s]==]
done = function(summary, latency, requests)
  local bad = summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status
  io.write(string.format("\\nRESULT [%%f, %%f, %%f, %%d]\\n", summary.requests / summary.duration * 1e6,
    latency:percentile(50) / 1e3, latency:percentile(99) / 1e3, bad + summary.errors.timeout))
end
"""


class Load(NamedTuple):
    """What a client saw."""

    rate: float
    """Answers a second."""
    p50: float
    """Milliseconds."""
    p99: float
    bad: int
    """Requests without an answer of status 200."""


def load(url: str, body: str, connections: int, seconds: float, folder: str) -> Load:
    """Ask on so many connections, each of them as soon as it is answered."""
    if shutil.which("wrk"):
        script = f"{folder}/ask.lua"
        with open(script, "w", encoding="utf-8") as file:  # noqa: PTH123 - a path that wrk takes as text
            file.write(_SCRIPT % body)
        command = [
            "wrk",
            "-t1",
            f"-c{connections}",
            f"-d{max(1, round(seconds))}s",
            "--timeout",
            "10s",
            "-s",
            script,
            url,
        ]
    else:
        command = [sys.executable, "-m", "benchmarks.serving_load", url, body, str(connections), str(seconds)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p50, p99, bad = json.loads(output.split("RESULT ")[1])
    return Load(rate, p50, p99, int(bad))


async def _ask(host: str, port: int, request: bytes, until: float) -> tuple[list[float], int]:
    reader, writer = await asyncio.open_connection(host, port)
    times, bad = [], 0
    while (start := perf_counter()) < until:
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(perf_counter() - start)
        bad += not head.startswith(b"HTTP/1.1 200")
    writer.close()
    return times, bad


async def _all(url: str, body: str, connections: int, seconds: float) -> Load:
    address, _, path = url.removeprefix("http://").partition("/")
    host, _, port = address.partition(":")
    request = (
        f"POST /{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    ).encode()
    until = perf_counter() + seconds
    asked = await asyncio.gather(*(_ask(host, int(port), request, until) for _ in range(connections)))
    times = sorted(time for of_one, _ in asked for time in of_one)
    middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Load(len(times) / seconds, middle * 1e3, high * 1e3, sum(bad for _, bad in asked))


if __name__ == "__main__":
    import uvloop

    print("RESULT", json.dumps(uvloop.run(_all(sys.argv[1], sys.argv[2], int(sys.argv[3]), float(sys.argv[4])))))
