"""The file of a SQLite history: notices when it is taken away, and lets one thread of ours write at a time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from service.errors import HistoryUnavailableError

_Identity = tuple[int, int]


class SqliteFile:
    """SQLite goes on writing to a file that was deleted, where nobody finds it again: so the name is looked up."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._name = str(path)
        self._opened: _Identity | None = None
        self._turn = Lock()

    def opened(self) -> None:
        """Remember which file it is, once it is there."""
        self._opened = self._identity()

    def check(self) -> None:
        """Raise HistoryUnavailableError where the name no longer leads to the file that was opened."""
        if self._identity() != self._opened:
            raise HistoryUnavailableError(
                f"{self.path} was deleted or replaced while it was in use: put it back, or restart the API"
            )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """A turn to write: SQLite itself would let the second of two wait in ever longer naps."""
        with self._turn:
            self.check()
            yield

    def _identity(self) -> _Identity | None:
        try:
            found = os.stat(self._name)  # noqa: PTH116 - with each commit, and a path takes three times as long
        except OSError:
            return None
        return found.st_dev, found.st_ino
