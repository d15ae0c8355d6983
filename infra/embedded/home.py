"""The folder of one stack: what lies where in it, and that one stack at a time uses it."""

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

SOCKET_LIMIT = 100  # of 108 bytes on Linux and 104 on macOS; supervisord adds its pid while it binds


class HomeInUseError(Exception):
    """Another stack runs on the same folder."""


@dataclass(frozen=True)
class Home:
    """Where the launcher keeps what it needs to run; the other rooms keep their own state beside it."""

    folder: Path

    @property
    def logs(self) -> Path:
        """One file for each part, and supervisord's own."""
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """What only matters while the stack runs."""
        return self.folder / "run"

    @property
    def configuration(self) -> Path:
        """What supervisord is started with."""
        return self.run / "supervisord.conf"

    @property
    def complaints(self) -> Path:
        """What supervisord says before it has a log."""
        return self.run / "supervisord.out"

    @property
    def socket(self) -> Path:
        """Where supervisord takes orders: in the home, or where a path is short enough for a Unix socket."""
        wanted = self.run / "supervisor.sock"
        if len(bytes(wanted)) + len(".1234567") <= SOCKET_LIMIT:
            return wanted
        digest = hashlib.sha256(bytes(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"steam-sales-{digest}.sock"

    @property
    def prefect_login(self) -> Path:
        """`user:password` of Prefect, for its owner's eyes."""
        return self.folder / "prefect-login"

    def log(self, part: str) -> Path:
        """The log of one part."""
        return self.logs / f"{part}.log"

    def make(self) -> None:
        """Make the folders that are missing."""
        for folder in (self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def held(home: Home) -> Iterator[None]:
    """Hold the home against a second stack for as long as this process lives, whatever ends it.

    Raises `HomeInUseError` where another stack holds it.
    """
    with (home.run / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeInUseError(
                f"A stack already runs on {home.folder}. Stop it, or set STEAM_SALES_HOME to another folder."
            ) from None
        yield
