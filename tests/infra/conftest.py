"""Running the launcher on small parts, and looking at what it runs."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

from infra.embedded import leftovers
from infra.embedded.settings import PORTS

ROOT = Path(__file__).parents[2]


def free_ports(number: int) -> list[int]:
    """Ports nobody listens on, each another."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def until(look: Callable[[], bool], seconds: float = 20) -> None:
    """Return as soon as `look` is true; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(0.02)


def command_of(process: psutil.Process) -> str:
    """Its command line; empty once it has ended."""
    try:
        return " ".join(process.cmdline())
    except psutil.Error:
        return ""


@dataclass
class Launched:
    """A launcher with its own home and ports."""

    home: Path
    environment: dict[str, str]
    process: subprocess.Popen[str]
    output: Path

    @property
    def said(self) -> str:
        """Everything on its stdout and stderr so far."""
        return self.output.read_text()

    def processes(self, word: str = "") -> list[psutil.Process]:
        """Live processes of the stack whose command line has the word."""
        return [p for p in leftovers.of(self.home) if word in command_of(p)]

    def pid(self, word: str) -> int:
        """Pid of the one process with the word; 0 while there is none."""
        found = self.processes(word)
        return found[0].pid if found else 0

    def await_words(self, words: str) -> None:
        """Until it has said them."""
        until(lambda: words in self.said or self.process.poll() is not None)
        assert words in self.said, self.said

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


Launcher = Callable[..., Launched]


@pytest.fixture
def launch(tmp_path: Path) -> Iterator[Launcher]:
    """Starts launchers on small parts; whatever is left of them is ended."""
    launched: list[Launched] = []

    def start(*words: str, home: Path = tmp_path / "home", **variables: str) -> Launched:
        ports = dict(zip((port.upper() for port in PORTS), map(str, free_ports(len(PORTS))), strict=True))
        environment = os.environ | ports | {"STEAM_SALES_HOME": str(home)} | variables
        output = tmp_path / f"output-{len(launched)}"
        with output.open("w") as out:
            command = [sys.executable, "-m", "tests.infra.small_stack", *words]
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, text=True)
        launched.append(Launched(home, environment, process, output))
        return launched[-1]

    yield start
    for one in launched:
        one.process.kill()
        one.process.wait()
        leftovers.clear(one.home)
