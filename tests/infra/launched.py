"""A launcher that a test started, and what can be seen of it from outside."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import psutil

from infra.embedded.settings import PORTS, ROOT
from infra.embedded.supervision import orphans


def free_ports(number: int) -> list[int]:
    """Ports nobody listens on, each another."""
    with ExitStack() as held:
        sockets = [held.enter_context(socket.socket()) for _ in range(number)]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        return [int(one.getsockname()[1]) for one in sockets]


def until(look: Callable[[], bool], seconds: float = 20, pause: float = 0.02) -> None:
    """Return as soon as `look` is true, looking every `pause` seconds; fail when it is not in time."""
    deadline = time.monotonic() + seconds
    while not look():
        assert time.monotonic() < deadline, f"not within {seconds} s"
        time.sleep(pause)


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
        return [p for p in orphans.find(self.home) if word in command_of(p)]

    def pid(self, word: str) -> int:
        """Pid of the one process with the word; 0 while there is none."""
        found = self.processes(word)
        return found[0].pid if found else 0

    def await_words(self, words: str, seconds: float = 20) -> None:
        """Until it has said them; fails with what it said instead if it ends before."""
        until(lambda: words in self.said or self.process.poll() is not None, seconds)
        assert words in self.said, self.said

    def stop(self) -> int:
        """Its exit code after SIGTERM."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(60)

    def end(self) -> None:
        """Whatever is left of it, by force."""
        self.process.kill()
        self.process.wait()
        orphans.terminate(self.home)


def launch(module: Sequence[str], home: Path, output: Path, **variables: str) -> Launched:
    """Start a launcher on ports of its own, or on those among the variables."""
    ports = dict(zip((port.upper() for port in PORTS), map(str, free_ports(len(PORTS))), strict=True))
    environment = os.environ | ports | {"STEAM_SALES_HOME": str(home)} | variables
    with output.open("w") as out:
        command = [sys.executable, "-m", *module]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=out, text=True)
    return Launched(home, environment, process, output)
