"""The folder of one stack: its layout, its permissions, and the lock that one stack at a time holds."""

import fcntl
import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

OWNER_ONLY = 0o700
SOCKET_LIMIT = 100  # of 108 bytes on Linux and 104 on macOS; supervisord adds its pid while it binds


class HomeInUseError(Exception):
    """Another stack runs on the same folder."""


@dataclass(frozen=True)
class Home:
    """The launcher's files in the folder. Other packages have their own state beside them."""

    folder: Path

    @property
    def logs(self) -> Path:
        """Folder of the logs: one of each part, and supervisord's."""
        return self.folder / "logs"

    @property
    def run(self) -> Path:
        """Folder of files that matter only while the stack runs."""
        return self.folder / "run"

    @property
    def supervisor_config(self) -> Path:
        """Configuration file of supervisord."""
        return self.run / "supervisord.conf"

    @property
    def supervisor_output(self) -> Path:
        """Output of supervisord before it opens its log."""
        return self.run / "supervisord.out"

    @property
    def socket(self) -> Path:
        """Unix socket of supervisord: in the home, or in the temporary folder if the path would be too long."""
        path = self.run / "supervisor.sock"
        if len(bytes(path)) + len(".1234567") <= SOCKET_LIMIT:
            return path
        digest = hashlib.sha256(bytes(self.folder)).hexdigest()[:16]
        return Path(tempfile.gettempdir()) / f"steam-sales-{digest}.sock"

    @property
    def prefect_login(self) -> Path:
        """`user:password` of Prefect, for its owner's eyes."""
        return self.folder / "prefect-login"

    def log(self, part: str) -> Path:
        """Return the log file of a part."""
        return self.logs / f"{part}.log"

    def create_folders(self) -> None:
        """Create the missing folders. The home is private: it has databases, models and Prefect's password."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.folder.chmod(OWNER_ONLY)
        for folder in (self.logs, self.run):
            folder.mkdir(parents=True, exist_ok=True)


@contextmanager
def lock_home(home: Home) -> Iterator[None]:
    """Lock the home during the block. The operating system releases the lock when the process dies.

    Raises `HomeInUseError` if another stack holds the lock.
    """
    with (home.run / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise HomeInUseError(
                f"A stack already runs on {home.folder}. Stop it, or set STEAM_SALES_HOME to another folder."
            ) from None
        yield
