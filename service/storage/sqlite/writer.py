"""Commits predictions to a SQLite file in one thread, without SQLAlchemy, which would take most of the time."""

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

from service.prediction.record import PendingRecord
from service.storage.driver_errors import translate_driver_errors
from service.storage.group_commit import CommitGroup, GroupCommitter
from service.storage.sqlite.file_guard import SqliteFile
from service.storage.tables import PREDICTIONS

_FIELDS = tuple(column.name for column in PREDICTIONS.columns if column.name not in {"id", "created_at", "trace_id"})
_COLUMNS = ("id", "created_at", "trace_id", *_FIELDS)
_FIELD_VALUES = itemgetter(*_FIELDS)
_STATEMENT_ROWS = 64


class SqliteWriter:
    """A commit writer: one thread with one connection, which it opens when needed and again after a failure."""

    def __init__(self, file: SqliteFile, timeout: float) -> None:
        self._file = file
        self._timeout = timeout
        self._connection: sqlite3.Connection | None = None
        self._starts: SimpleQueue[tuple[GroupCommitter, asyncio.AbstractEventLoop] | None] = SimpleQueue()
        self._thread = Thread(target=self._work, name="history-rows", daemon=True)

    def start(self, committer: GroupCommitter) -> None:
        """See `CommitWriter`."""
        if not self._thread.ident:
            self._thread.start()
        self._starts.put((committer, asyncio.get_running_loop()))

    def close(self) -> None:
        """Finish what was started and close the connection; wait at most `timeout` for a disk that stands still."""
        if self._thread.ident:
            self._starts.put(None)
            self._thread.join(self._timeout)

    def _work(self) -> None:
        while start := self._starts.get():
            committer, loop = start
            with suppress(RuntimeError):  # the loop is closed: nobody waits any more
                while group := committer.next_group(self):
                    loop.call_soon_threadsafe(committer.finish, group, *self._commit_group(group))
                loop.call_soon_threadsafe(committer.idle, self)
        self._disconnect()

    def _commit_group(self, group: CommitGroup) -> tuple[set[str], Exception | None]:
        try:
            with self._file.writing(), translate_driver_errors(sqlite3.Error):
                return self._commit(group), None
        except Exception as error:  # noqa: BLE001 - passed on to whoever waits
            self._disconnect()  # which rolls back; a connection that failed once is not trusted again
            return set(), error

    def _commit(self, group: CommitGroup) -> set[str]:
        """Commit, and return the ids of records that were left out because their key was taken."""
        records = group.records
        connection = self._connection or self._connect()
        keyed = [record for record in records if record.key]
        if not keyed and len(records) <= _STATEMENT_ROWS:
            _insert(connection, records)  # a statement alone is a transaction
            return set()
        connection.execute("BEGIN IMMEDIATE")
        key_taken = _insert_keys(connection, keyed, group.oldest_id.hex)
        stored = [record for record in records if record.id not in key_taken] if key_taken else records
        for start in range(0, len(stored), _STATEMENT_ROWS):
            _insert(connection, stored[start : start + _STATEMENT_ROWS])
        connection.execute("COMMIT")
        return key_taken

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(self._file.path, self._timeout, isolation_level=None)
        connection.execute("PRAGMA synchronous = FULL")
        self._connection = connection
        return connection

    def _disconnect(self) -> None:
        if self._connection:
            self._connection.close()
            self._connection = None


def _insert(connection: sqlite3.Connection, records: Sequence[PendingRecord]) -> None:
    connection.execute(_statement(len(records)), tuple(chain.from_iterable(map(_values, records))))


def _insert_keys(connection: sqlite3.Connection, keyed: Sequence[PendingRecord], oldest_id: str) -> set[str]:
    """Insert the keys, and return the prediction ids of those that were taken."""
    key_taken = {record.id for record in keyed}
    for start in range(0, len(keyed), _STATEMENT_ROWS):
        some = keyed[start : start + _STATEMENT_ROWS]
        values = chain.from_iterable((*record.key, record.id) for record in some if record.key)
        inserted = connection.execute(_keys_statement(len(some)), (*values, oldest_id))
        key_taken.difference_update(prediction_id for (prediction_id,) in inserted.fetchall())
    return key_taken


# One statement for many rows: Python releases and takes its lock once, not for each row. OR ROLLBACK: a plain
# statement inside a transaction would have SQLite copy each page that it touches, to undo this statement alone.
@cache
def _statement(rows: int) -> str:
    values = ",".join([f"({','.join('?' * len(_COLUMNS))})"] * rows)
    return f"INSERT OR ROLLBACK INTO predictions ({','.join(_COLUMNS)}) VALUES {values}"  # noqa: S608 - names of ours


@cache
def _keys_statement(rows: int) -> str:
    """Insert keys, or take over expired ones; returns the prediction ids of those that succeeded."""
    return (
        f"INSERT OR ROLLBACK INTO idempotency_keys (caller, key, prediction_id) VALUES {','.join(['(?,?,?)'] * rows)} "  # noqa: S608 - names of ours
        "ON CONFLICT (caller, key) DO UPDATE SET prediction_id = excluded.prediction_id "
        "WHERE idempotency_keys.prediction_id < ? RETURNING prediction_id"
    )


def _values(record: PendingRecord) -> tuple[Any, ...]:
    """Convert a record as SQLAlchemy's types store it."""
    created_at = f"{record.created_at[:10]} {record.created_at[11:-1]}"
    fields = record.fields
    if fields["Date"] is not None:
        fields = {**fields, "Date": fields["Date"].isoformat()}
    return record.id, created_at, record.trace_id, *_FIELD_VALUES(fields)
