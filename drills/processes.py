"""Start, await and kill processes, each in a process group of its own."""

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

# below the ephemeral ports, so that no client takes a server's port while the server is down
_FIRST_PORT, _LAST_PORT = 20_000, 30_000


ROOT = Path(__file__).parents[1]


class DrillError(Exception):
    """A drill could not be set up or did not finish. Says nothing about the API."""


def free_port() -> int:
    """Return a free port."""
    while True:
        port = random.randint(_FIRST_PORT, _LAST_PORT)
        with socket.socket() as listener, suppress(OSError):
            listener.bind(("127.0.0.1", port))
            return port


def start(arguments: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a Python process in the repository and append its output to `log`."""
    return start_program([sys.executable, *arguments], environment, log)


def start_program(command: list[str], environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program and append its output to `log`. Settings of the system are not inherited."""
    with log.open("ab") as output:
        return subprocess.Popen(
            command,
            env=_environment_without_settings() | dict(environment),
            cwd=ROOT,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )


def _environment_without_settings() -> dict[str, str]:
    """Return this process's environment without any setting of the system."""
    prefixes = ("API_", "MLFLOW_", "STEAM_SALES_", "HOLIDAYS_", "SUNDAYS_", "HEMISPHERE", "PREFECT_")
    return {name: value for name, value in os.environ.items() if not name.startswith(prefixes)}


def kill(process: subprocess.Popen[bytes] | None, number: int = signal.SIGKILL) -> None:
    """Kill a process and everything it started."""
    if process is None:
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    process.wait()


def wait_for(condition: Callable[[], bool], description: str, seconds: float) -> None:
    """Wait until the condition is true, outside an event loop. Raises DrillError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DrillError(f"not within {seconds:g} s: {description}")
        time.sleep(0.2)


async def wait_until(condition: Callable[[], bool], description: str, seconds: float = 90) -> None:
    """Wait until the condition is true. Raises DrillError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise DrillError(f"not within {seconds:g} s: {description}")
        await asyncio.sleep(0.02)


async def wait_for_url(url: str, seconds: float = 120) -> None:
    """Wait until a GET returns 200. Raises DrillError after `seconds`."""

    def is_ok() -> bool:
        try:
            return httpx.get(url, timeout=2).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    deadline = time.monotonic() + seconds
    while not await asyncio.to_thread(is_ok):
        if time.monotonic() > deadline:
            raise DrillError(f"{url} does not respond within {seconds:g} s")
        await asyncio.sleep(0.1)
