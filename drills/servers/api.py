"""The API under test: a supervisor restarts it, and drills kill its processes."""

import asyncio
import os
import signal
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import psutil

from drills.processes import DrillError, free_port, kill, start, wait_for_url

_POLL_SECONDS = 0.1


@dataclass
class Api:
    """`python -m service` on one port, across restarts. `home` is its folder, `settings` its environment."""

    home: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    _process: subprocess.Popen[bytes] | None = None
    _started_pids: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Base URL."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """Everything that it logged."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.home.with_suffix(".log")

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator["Api"]:
        """Run it during the block and restart it whenever it ends. It is ready when the block begins."""
        supervisor = asyncio.create_task(self._supervise())
        try:
            await self._wait_until_ready()
            yield self
        finally:
            supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await supervisor
            self._kill_all_processes()

    async def _wait_until_ready(self) -> None:
        try:
            await wait_for_url(f"{self.url}/health/ready")
        except DrillError as error:
            raise DrillError(f"{error}: {self.log[-2_000:]}") from None

    async def _supervise(self) -> None:
        # a killed process leaves its temporary files behind
        variables = {"STEAM_SALES_HOME": str(self.home), "API_PORT": str(self.port), "TMPDIR": str(self.home.parent)}
        while True:
            if self._process is None or self._process.poll() is not None:
                self._process = start(["-m", "service"], variables | self.settings, self._log)
                self._started_pids.append(self._process.pid)
            await asyncio.sleep(_POLL_SECONDS)

    def workers(self) -> list[psutil.Process]:
        """Return the worker processes, if there are several."""
        try:
            children = psutil.Process(self.parent).children()
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        except psutil.Error:  # a process that ends meanwhile
            return []

    def is_loading_models(self) -> bool:
        """Whether a process is loading models."""
        with suppress(psutil.Error):
            descendants = psutil.Process(self.parent).children(recursive=True)
            return any("service.model_loading.worker" in child.cmdline() for child in descendants)
        return True

    @property
    def parent(self) -> int:
        """Pid of the parent process; 0 if none is running."""
        return self._process.pid if self._process else 0

    def kill_parent(self) -> None:
        """Kill the parent process only."""
        os.kill(self.parent, signal.SIGKILL)

    def kill(self) -> None:
        """Kill the parent and its workers at once."""
        kill(self._process)

    def _kill_all_processes(self) -> None:
        """Kill what is left. Workers of a killed parent are still in its session."""
        self.kill()
        for process in psutil.pids():
            with suppress(ProcessLookupError):
                if os.getsid(process) in self._started_pids:
                    os.kill(process, signal.SIGKILL)

    async def get(self, path: str) -> Any:
        """Return the JSON at a path."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            return (await client.get(path)).json()
