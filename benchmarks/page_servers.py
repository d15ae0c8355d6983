"""Starts what `benchmarks.page` measures: the API with a champion, and the web page in front of it, a process each."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import httpx

from benchmarks.history_servers import serving

START_SECONDS = 120


def started(folder: Path, stack: ExitStack) -> str:
    """The address of the page; both processes end with the stack."""
    api = serving("page", f"sqlite:///{folder / 'history.db'}", folder, stack)
    api.go()
    with socket.create_server(("127.0.0.1", 0)) as held:
        port = held.getsockname()[1]
    told = {"WEB_PORT": str(port), "API_URL": api.url.removesuffix("predict/"), "WEB_API_TIMEOUT_SECONDS": "30"}
    with (folder / "web.log").open("wb") as out:
        command = [sys.executable, "-m", "webapp"]
        running = subprocess.Popen(command, env=os.environ | told, stdout=out, stderr=out, start_new_session=True)
    stack.callback(_end, running)
    url = f"http://127.0.0.1:{port}"
    _until_it_answers(f"{url}/health", running, folder / "web.log")
    return url


def _until_it_answers(url: str, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while running.poll() is None and time.monotonic() < deadline:
        try:
            if httpx.get(url, timeout=5, trust_env=False).status_code == httpx.codes.OK:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise SystemExit(f"The page does not answer:\n{log.read_text(errors='replace')[-3000:]}")


def _end(running: subprocess.Popen[bytes]) -> None:
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
