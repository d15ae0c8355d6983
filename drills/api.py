"""An API on a folder of its own, watched by a supervisor as an operator's is, and killed in every way."""

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

from drills.processes import DrillError, free_port, kill, start, until_it_answers

_LOOK_SECONDS = 0.1


@dataclass
class Api:
    """`python -m service` on one port, however often it is started."""

    home: Path
    settings: dict[str, str]
    port: int = field(default_factory=free_port)
    _running: subprocess.Popen[bytes] | None = None
    _started: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> str:
        """What it said."""
        return self._log.read_text(errors="replace")

    @property
    def _log(self) -> Path:
        return self.home.with_suffix(".log")

    @asynccontextmanager
    async def supervised(self) -> AsyncIterator["Api"]:
        """Started, and started anew whenever it has ended, until the block ends; ready at its begin."""
        supervisor = asyncio.create_task(self._supervise())
        try:
            await self._until_ready()
            yield self
        finally:
            supervisor.cancel()
            with suppress(asyncio.CancelledError):
                await supervisor
            self._end()

    async def _until_ready(self) -> None:
        try:
            await until_it_answers(f"{self.url}/health/ready")
        except DrillError as error:
            raise DrillError(f"{error}: {self.log[-2_000:]}") from None

    async def _supervise(self) -> None:
        # whoever is killed leaves what it kept for a while
        own = {"STEAM_SALES_HOME": str(self.home), "API_PORT": str(self.port), "TMPDIR": str(self.home.parent)}
        while True:
            if self._running is None or self._running.poll() is not None:
                self._running = start(["-m", "service"], own | self.settings, self._log)
                self._started.append(self._running.pid)
            await asyncio.sleep(_LOOK_SECONDS)

    def workers(self) -> list[psutil.Process]:
        """Its processes that answer, where there are several."""
        try:
            children = psutil.Process(self.parent).children()
            return [child for child in children if "spawn_main" in " ".join(child.cmdline())]
        except psutil.Error:  # one that ends while it is looked at
            return []

    def reads(self) -> bool:
        """Whether one of its processes is reading models."""
        with suppress(psutil.Error):
            below = psutil.Process(self.parent).children(recursive=True)
            return any("service.model_loading.worker" in child.cmdline() for child in below)
        return True

    @property
    def parent(self) -> int:
        """Its first process."""
        return self._running.pid if self._running else 0

    def kill_parent(self) -> None:
        """Kill the first process only."""
        os.kill(self.parent, signal.SIGKILL)

    def kill(self) -> None:
        """Kill all of it at once."""
        kill(self._running)

    def _end(self) -> None:
        """Workers whose parent was killed are in its session still."""
        self.kill()
        for process in psutil.pids():
            with suppress(ProcessLookupError):
                if os.getsid(process) in self._started:
                    os.kill(process, signal.SIGKILL)

    async def get(self, path: str) -> Any:
        """The JSON at a path."""
        async with httpx.AsyncClient(base_url=self.url, timeout=30) as client:
            return (await client.get(path)).json()
