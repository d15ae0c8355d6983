"""Starts, asks and stops supervisord. Knows nothing of what it runs."""

import os
import subprocess
import sys
import xmlrpc.client
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, cast

from supervisor.xmlrpc import SupervisorTransport

from infra.embedded import leftovers
from infra.embedded.home import Home

PROGRAM = Path(__file__).with_name("supervisord.py")
UNREACHABLE = (OSError, HTTPException, xmlrpc.client.Error)


@dataclass(frozen=True)
class State:
    """What supervisord knows of one process; the pid is 0 while there is none."""

    group: str
    name: str
    state: str
    pid: int


@contextmanager
def _proxy(socket: Path) -> Iterator[Any]:
    transport = SupervisorTransport(None, None, f"unix://{socket}")
    try:
        yield xmlrpc.client.ServerProxy("http://localhost", transport=transport).supervisor
    finally:
        transport.close()


@dataclass
class Supervisor:
    """One supervisord on one home, with the environment that marks all it starts as that home's."""

    home: Home
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def keep(self) -> bool:
        """Start supervisord where it does not run, after clearing what a dead one left; whether it was started."""
        if self.process is not None and self.process.poll() is None:
            return False
        leftovers.clear(self.home.folder)
        self.starts += 1
        command = [sys.executable, "-P", str(PROGRAM), str(os.getpid())]
        with self.home.complaints.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--configuration", str(self.home.configuration)],
                cwd=self.home.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is for the launcher alone
            )
        return True

    def states(self) -> list[State]:
        """The state of every process; none while supervisord does not answer."""
        try:
            with _proxy(self.home.socket) as supervisor:
                found = cast("list[dict[str, Any]]", supervisor.getAllProcessInfo())
        except UNREACHABLE:
            return []
        return [State(p["group"], p["name"], p["statename"], p["pid"]) for p in found]

    def start(self, state: State) -> None:
        """Start a process that supervisord was not told to start, or has given up on."""
        try:
            with _proxy(self.home.socket) as supervisor:
                supervisor.startProcess(f"{state.group}:{state.name}", False)
        except UNREACHABLE:
            return

    def stop(self, seconds: float) -> None:
        """Stop everything, by force after `seconds` or at a second Ctrl-C."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()
                self.process.wait(seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            leftovers.clear(self.home.folder, grace=0)
        finally:
            leftovers.clear(self.home.folder)
