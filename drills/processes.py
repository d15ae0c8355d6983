"""Starts processes in groups of their own on this machine, waits by condition, and ends what it started."""

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path

import httpx

# Below the ports that the system gives to clients: none of them may sit on a server's while it is down.
_FIRST, _LAST = 20_000, 30_000


class DrillError(Exception):
    """The stage of a drill could not be set up, which says nothing of the API."""


def free_port() -> int:
    """A port nobody listens on."""
    while True:
        port = random.randint(_FIRST, _LAST)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def start(arguments: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """A Python process, its output added to a file."""
    with log.open("ab") as output:
        return subprocess.Popen(
            [sys.executable, *arguments],
            env=_plain() | dict(environment),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _plain() -> dict[str, str]:
    """This environment without the settings of an API that may be in it."""
    ours = ("API_", "MLFLOW_", "STEAM_SALES_", "HOLIDAYS_", "SUNDAYS_", "HEMISPHERE", "PREFECT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


def kill(running: subprocess.Popen[bytes] | None, number: int = signal.SIGKILL) -> None:
    """End a process and all it started."""
    if running is None:
        return
    with suppress(ProcessLookupError):
        os.killpg(running.pid, number)
    running.wait()


async def until(look: Callable[[], bool], what: str, seconds: float = 90) -> None:
    """Return as soon as `look` is true; raise DrillError where it is not in time."""
    deadline = time.monotonic() + seconds
    while not look():
        if time.monotonic() > deadline:
            raise DrillError(f"not within {seconds:g} s: {what}")
        await asyncio.sleep(0.02)


async def until_it_answers(url: str, seconds: float = 120) -> None:
    """Wait for a GET to get a 200."""

    def answers() -> bool:
        try:
            return httpx.get(url, timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(answers):
        if time.monotonic() > deadline:
            raise DrillError(f"{url} does not answer within {seconds:g} s")
        await asyncio.sleep(0.1)
