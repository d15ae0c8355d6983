"""Starts the whole embedded stack in a folder of its own, on ports of its own, and ends it. Knows no browser."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from infra.embedded.home import Home
from infra.embedded.settings import PORTS, ROOT, Settings

_READY = "Ctrl-C stops everything"
_SECONDS = 900


@dataclass(frozen=True)
class Stack:
    """A stack in whose service there is a model: its addresses, and all that it said while it started."""

    settings: Settings
    said: str

    @property
    def prefect_login(self) -> str:
        """`user:password` of its Prefect."""
        return Home(self.settings.steam_sales_home).prefect_login.read_text(encoding="utf-8").strip()


@contextmanager
def running() -> Iterator[Stack]:
    """Yield a stack on the sample, with its first model; what it left is removed."""
    with TemporaryDirectory(prefix="steam-sales-") as name:
        settings = Settings.model_validate({"steam_sales_home": Path(name) / "var", **_ports()})
        told = {port.upper(): str(getattr(settings, port)) for port in PORTS}
        told |= {"STEAM_SALES_HOME": str(settings.steam_sales_home), "COLUMNS": "104"}
        output = Path(name) / "output"
        with output.open("w") as out:
            command = [sys.executable, "-m", "infra.embedded"]
            process = subprocess.Popen(command, cwd=ROOT, env=os.environ | told, stdout=out, stderr=out)
        try:
            yield Stack(settings, _once_ready(process, output))
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def _once_ready(process: subprocess.Popen[bytes], output: Path) -> str:
    deadline = time.monotonic() + _SECONDS
    while _READY not in output.read_text():
        if process.poll() is not None or time.monotonic() > deadline:
            raise SystemExit(f"The stack did not start:\n{output.read_text()}")
        time.sleep(0.5)
    return output.read_text()


def _ports() -> dict[str, int]:
    """The usual ports where all of them are free, so that the pictures show them; else any."""
    usual = {port: Settings.model_fields[port].default for port in PORTS}
    with ExitStack() as held:
        try:
            for port in usual.values():
                held.enter_context(socket.create_server(("127.0.0.1", port)))
        except OSError:
            sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in PORTS]
            return dict(zip(PORTS, (each.getsockname()[1] for each in sockets), strict=True))
    return usual
