"""Sends requests of one kind to a server: by wrk if it is installed, else by a small client of our own."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
from itertools import count
from pathlib import Path
from time import perf_counter, time_ns
from typing import NamedTuple

from benchmarks.serving_requests import KINDS, Kind, bodies

_MODULUS = 2**31
_SCRIPT = """
local head, headers, seed, n = %s, %s, %d, 0
local bodies = {%s}
request = function()
  n = n + 1
  local body = bodies[(n * 7919) %% #bodies + 1]
  local own = headers ~= "" and string.format(headers, seed, n, seed, n, n) or ""
  return head .. own .. "Content-Length: " .. #body .. "\\r\\n\\r\\n" .. body
end
done = function(summary, latency)
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


def load(url: str, kind: Kind, connections: int, seconds: float, folder: Path) -> Load:
    """Send on so many connections, on each as soon as it is answered. No two calls send one idempotency key."""
    if shutil.which("wrk"):
        script = folder / "requests.lua"
        script.write_text(_lua(url, kind))
        options = [f"-d{max(1, round(seconds))}s", "--timeout", "10s", "-s", str(script)]
        command = ["wrk", "-t1", f"-c{connections}", *options, url]
    else:
        command = [sys.executable, "-m", "benchmarks.serving_load", url, kind.name, str(connections), str(seconds)]
    output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    rate, p50, p99, bad = json.loads(output.split("RESULT ")[1])
    return Load(rate, p50, p99, int(bad))


def _lua(url: str, kind: Kind) -> str:
    quoted = ", ".join(json.dumps(body) for body in bodies(kind))
    return _SCRIPT % (json.dumps(kind.head(url)), json.dumps(kind.headers), time_ns() % _MODULUS, quoted)


async def _send(url: str, kind: Kind, seed: int, numbers: count[int], until: float) -> tuple[list[float], int]:
    host, _, port = url.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    sent, head, times, bad = bodies(kind), kind.head(url), [], 0
    while (start := perf_counter()) < until:
        n = next(numbers)
        body, own = sent[n % len(sent)], kind.headers and kind.headers % (seed, n, seed, n, n)
        writer.write(f"{head}{own}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        length = int(answer.lower().split(b"content-length:")[1].split(b"\r\n")[0])
        await reader.readexactly(length)
        times.append(perf_counter() - start)
        bad += not answer.startswith(b"HTTP/1.1 200")
    writer.close()
    return times, bad


async def _all(url: str, kind: Kind, connections: int, seconds: float) -> Load:
    until, numbers, seed = perf_counter() + seconds, count(), time_ns() % _MODULUS
    sent = await asyncio.gather(*(_send(url, kind, seed, numbers, until) for _ in range(connections)))
    times = sorted(time for of_one, _ in sent for time in of_one)
    middle, high = times[len(times) // 2], times[int(len(times) * 0.99)]
    return Load(len(times) / seconds, middle * 1e3, high * 1e3, sum(bad for _, bad in sent))


if __name__ == "__main__":
    import uvloop

    address, name, connections, seconds = sys.argv[1:]
    print("RESULT", json.dumps(uvloop.run(_all(address, KINDS[name], int(connections), float(seconds)))))
