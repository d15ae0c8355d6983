"""Start, query and stop supervisord. Does not depend on what it runs."""

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

from infra.embedded.home import Home
from infra.embedded.supervision import orphans

PROGRAM = Path(__file__).with_name("daemon.py")
CONNECTION_ERRORS = (OSError, HTTPException, xmlrpc.client.Error)


@dataclass(frozen=True)
class ProcessState:
    """The state of one process, as supervisord reports it. The pid is 0 if it does not run."""

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
    """The supervisord of one home. `environment` marks all its processes as that home's."""

    home: Home
    environment: Mapping[str, str]
    process: subprocess.Popen[bytes] | None = None
    starts: int = 0

    def ensure_running(self) -> bool:
        """Start supervisord if it does not run, and first end the orphans of a dead one. Returns whether it started."""
        if self.process is not None and self.process.poll() is None:
            return False
        orphans.terminate(self.home.folder)
        self.starts += 1
        command = [sys.executable, "-P", str(PROGRAM), str(os.getpid())]
        with self.home.supervisor_output.open("wb") as out:
            self.process = subprocess.Popen(  # noqa: S603 - our own program
                [*command, "--configuration", str(self.home.supervisor_config)],
                cwd=self.home.folder,
                env=dict(self.environment),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C must reach the launcher only
            )
        return True

    def states(self) -> list[ProcessState]:
        """Return the state of every process; an empty list if supervisord does not respond."""
        try:
            with _proxy(self.home.socket) as supervisor:
                found = cast("list[dict[str, Any]]", supervisor.getAllProcessInfo())
        except CONNECTION_ERRORS:
            return []
        return [ProcessState(p["group"], p["name"], p["statename"], p["pid"]) for p in found]

    def start(self, state: ProcessState) -> None:
        """Start a process that supervisord does not start by itself, or has given up on."""
        try:
            with _proxy(self.home.socket) as supervisor:
                supervisor.startProcess(f"{state.group}:{state.name}", False)
        except CONNECTION_ERRORS:
            return

    def stop(self, seconds: float) -> None:
        """Stop everything. After `seconds`, or at a second Ctrl-C, kill it."""
        try:
            if self.process is not None and self.process.poll() is None:
                self.process.terminate()
                self.process.wait(seconds)
        except (subprocess.TimeoutExpired, KeyboardInterrupt):
            orphans.terminate(self.home.folder, grace=0)
        finally:
            orphans.terminate(self.home.folder)
