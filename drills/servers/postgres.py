"""A PostgreSQL cluster in a folder, with initdb's defaults: durability is not reduced."""

import asyncio
import os
import pwd
import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from drills.processes import free_port

NOT_INSTALLED = "PostgreSQL is missing in /usr/lib/postgresql: apt install postgresql"


def binaries() -> Path | None:
    """Return the folder of PostgreSQL's programs, or None if it is not installed."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return found[-1].parent if found else None


@dataclass
class Cluster:
    """A cluster in `folder`, which may be a file system of its own."""

    folder: Path
    port: int = field(default_factory=free_port)

    def url(self, database: str) -> str:
        """Return the URL of a database."""
        return f"postgresql://steam@127.0.0.1:{self.port}/{database}"

    async def create(self) -> None:
        """Create and start it."""
        if self._user:
            os.chown(self.folder, pwd.getpwnam(self._user).pw_uid, -1)
        await self._run("initdb", "-D", self._data, "-U", "steam", "-A", "trust")
        await self.start()

    async def start(self) -> None:
        """Start it and wait until it responds."""
        options = f"-p {self.port} -k {self.folder} -c listen_addresses=127.0.0.1"
        await self._run("pg_ctl", "-D", self._data, "-w", "-l", str(self.folder / "log"), "-o", options, "start")

    async def stop(self) -> None:
        """Stop it immediately, as a power cut would."""
        await self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")

    async def create_database(self, name: str) -> str:
        """Create a database and return its URL."""
        await self.sql("postgres", f"CREATE DATABASE {name}")
        return self.url(name)

    async def sql(self, database: str, statement: str) -> None:
        """Run a statement."""
        await self._run("psql", "-q", "-d", self.url(database), "-c", statement)

    @property
    def _data(self) -> str:
        return str(self.folder / "data")

    @property
    def _user(self) -> str | None:
        return "nobody" if os.getuid() == 0 else None  # PostgreSQL refuses root

    async def _run(self, program: str, *arguments: str) -> None:
        command = [str((binaries() or Path()) / program), *arguments]
        null = subprocess.DEVNULL
        await asyncio.to_thread(subprocess.run, command, check=True, user=self._user, cwd="/", stdout=null, stderr=null)
