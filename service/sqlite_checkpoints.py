"""Brings what is committed from SQLite's log into its file beside the commits, which would wait for it otherwise."""

import logging
import sqlite3
from queue import SimpleQueue
from threading import Thread

from service.errors import HistoryUnavailableError
from service.sqlite_file import SqliteFile

_log = logging.getLogger(__name__)
_PAGES = 1_000
"""After about so many pages in the log, as SQLite's own default is."""
_PAGES_OF_A_COMMIT, _ROWS_ON_A_PAGE = 5, 10
BACKSTOP = "PRAGMA wal_autocheckpoint = 16000"
"""For connections that write: 64 MB of log, at which a commit does it by itself after all."""
_CHECKPOINT = "PRAGMA wal_checkpoint(PASSIVE)"


class Checkpoints:
    """A thread with a connection of its own."""

    def __init__(self, file: SqliteFile, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._pages = 0
        self._orders: SimpleQueue[bool] = SimpleQueue()
        self._thread = Thread(target=self._work, name="history-checkpoints", daemon=True)

    def committed(self, rows: int) -> None:
        """Is told of every commit, by whoever has the turn to write."""
        self._pages += _PAGES_OF_A_COMMIT + rows // _ROWS_ON_A_PAGE
        if self._pages >= _PAGES:
            self._pages = 0
            self._order()

    def close(self) -> None:
        """Finish what was begun."""
        if self._thread.ident:
            self._orders.put(False)
            self._thread.join()

    def _order(self) -> None:
        if not self._thread.ident:
            self._thread.start()
        if self._orders.empty():
            self._orders.put(True)

    def _work(self) -> None:
        while self._orders.get():
            try:
                self._checkpoint()
            except (sqlite3.Error, HistoryUnavailableError) as error:
                _log.warning("the history's log was not brought into its file, it will be tried again: %s", error)

    def _checkpoint(self) -> None:
        connection = sqlite3.connect(self._file.path, self._timeout, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(_CHECKPOINT)
            # What came meanwhile is little, and while nobody writes it is the last: the next commit then begins the
            # log anew. Else, under endless load, it would grow for ever.
            with self._file.writing():
                connection.execute(_CHECKPOINT)
        finally:
            connection.close()
