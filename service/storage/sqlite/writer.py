"""Commits predictions to a SQLite file, past SQLAlchemy and the pool of threads that would take most of the time."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from itertools import chain
from operator import itemgetter
from queue import SimpleQueue
from threading import Thread
from typing import Any

from service.prediction.record import Fresh
from service.storage.backend import translate_driver_errors
from service.storage.group_commit import GroupCommitter
from service.storage.queries import TABLE
from service.storage.sqlite.file_guard import SqliteFile

_KIND = tuple(column.name for column in TABLE.columns if column.name not in {"id", "created_at"})
_COLUMNS = ("id", "created_at", *_KIND)
_ROW = f"({','.join('?' * len(_COLUMNS))})"
_KIND_VALUES = itemgetter(*_KIND)
_STATEMENT_ROWS = 64
_Order = tuple[GroupCommitter, asyncio.AbstractEventLoop]


class SqliteWriter:
    """A lane: one thread with one connection, which is made when it is first needed and again after a failure."""

    def __init__(self, file: SqliteFile, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._connection: sqlite3.Connection | None = None
        self._orders: SimpleQueue[_Order | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="history-rows", daemon=True)

    def begin(self, commits: GroupCommitter) -> None:
        """See `CommitWriter`."""
        if not self._thread.ident:
            self._thread.start()
        self._orders.put((commits, asyncio.get_running_loop()))

    def close(self) -> None:
        """Finish what was ordered, and give the connection back; a disk that stands still is not waited for."""
        if self._thread.ident:
            self._orders.put(None)
            self._thread.join(self._timeout)

    def _work(self) -> None:
        while order := self._orders.get():
            commits, loop = order
            with suppress(RuntimeError):  # a loop that is closed by then: nobody is there to be told
                while group := commits.next_group(self):
                    loop.call_soon_threadsafe(commits.tell, group, self._failure(group.rows))
                loop.call_soon_threadsafe(commits.rest, self)
        self._disconnect()

    def _failure(self, rows: Sequence[Fresh]) -> Exception | None:
        try:
            with self._file.writing(), translate_driver_errors(sqlite3.Error):
                self._commit(rows)
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            self._disconnect()  # a connection that failed once is not trusted again; what it began is undone
            return error
        return None

    def _commit(self, rows: Sequence[Fresh]) -> None:
        connection = self._connection or self._connect()
        if len(rows) <= _STATEMENT_ROWS:
            _insert(connection, rows)  # a statement alone is a transaction
            return
        connection.execute("BEGIN IMMEDIATE")
        for start in range(0, len(rows), _STATEMENT_ROWS):
            _insert(connection, rows[start : start + _STATEMENT_ROWS])
        connection.execute("COMMIT")

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file.path, self._timeout, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def _insert(connection: sqlite3.Connection, rows: Sequence[Fresh]) -> None:
    connection.execute(_statement(len(rows)), tuple(chain.from_iterable(map(_stored, rows))))


@cache
def _statement(rows: int) -> str:
    # One statement for many rows: the interpreter is let go, and waited for, once and not for each row.
    # What fails rolls all back: else SQLite copies each page it touches, to undo this statement alone.
    return f"INSERT OR ROLLBACK INTO predictions ({','.join(_COLUMNS)}) VALUES {','.join([_ROW] * rows)}"  # noqa: S608 - names of ours


def _stored(row: Fresh) -> tuple[Any, ...]:
    """A prediction as SQLAlchemy's types store it."""
    values = _KIND_VALUES(row.kind)
    date = row.kind["Date"]
    if date is not None:
        values = _KIND_VALUES({**row.kind, "Date": date.isoformat()})
    return row.name, f"{row.moment[:10]} {row.moment[11:-1]}", *values
