"""The history in a SQLite file; knows its pragmas and its threads, not what the statements say."""

import asyncio
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from functools import cache
from itertools import chain, islice
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any

from sqlalchemy import URL, Executable, create_engine, event

from service.errors import HistoryUnavailableError
from service.prediction.batch import Batch
from service.prediction.predict import Row
from service.storage.backend import Rows, Write, to_rows
from service.storage.batch_rows import BATCH_COLUMNS
from service.storage.driver_errors import translate_driver_errors
from service.storage.group_commit import CommitWriter
from service.storage.migrate import upgrade
from service.storage.sqlite.file_guard import SqliteFile
from service.storage.sqlite.writer import SqliteWriter

_READERS = 4
# A statement of many rows lets the interpreter go once, where the loop and other threads would fight over it at each
# row. More than 32,766 values it does not take. Where a row fails, the whole transaction is to go: were it only the
# statement, SQLite would write every page that it touches into a temporary file first, a quarter of the time.
_STATEMENT_ROWS = (2_500, 100, 10, 1)
_COMMON = ("created_at", "level", "model_version")
"""What all rows of a batch share; without a date in any, they share that too, and a null costs the driver as much as
fourteen numbers."""


class SqliteDatabase:
    """One file in WAL: one thread writes, with full sync, and others read beside it."""

    def __init__(self, url: URL, timeout: float) -> None:
        self._file = SqliteFile(Path(url.database or ""))
        self._writer = create_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": timeout})
        self._reader = create_engine(url, pool_size=_READERS, pool_timeout=timeout, connect_args={"timeout": timeout})
        event.listen(self._writer, "connect", _prepare_writer)
        event.listen(self._writer, "begin", _begin_immediate)
        event.listen(self._reader, "connect", _prepare_reader)
        self._rows = SqliteWriter(self._file, timeout)
        # A driver ends the wait for a server or a lock itself, after `timeout`.
        self.timeout = timeout + 1
        self.writers: Sequence[CommitWriter] = (self._rows,)
        # Threads of its own: a slow disk holds up no reader.
        self._write_thread = ThreadPoolExecutor(1, "history-write")
        self._read_threads = ThreadPoolExecutor(_READERS, "history-read")

    async def open(self) -> None:
        """See `Database`."""
        await asyncio.get_running_loop().run_in_executor(self._write_thread, self._open)

    async def write(self, *statements: Write) -> int:
        """See `Database`."""
        return await asyncio.get_running_loop().run_in_executor(self._write_thread, self._write, statements)

    async def insert_batch(self, batch: Batch, *before: Write) -> None:
        """See `Database`."""
        await asyncio.get_running_loop().run_in_executor(self._write_thread, self._insert_batch, batch, before)

    async def read(self, statement: Executable) -> Rows:
        """See `Database`."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._read, statement)

    async def close(self) -> None:
        """See `Database`."""
        self._rows.close()
        self._read_threads.shutdown()
        self._write_thread.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    def _open(self) -> None:
        with translate_driver_errors():
            self._file.path.parent.mkdir(parents=True, exist_ok=True)
            with self._writer.begin() as connection:
                upgrade(connection)
            self._file.opened()

    def _write(self, statements: Sequence[Write]) -> int:
        with self._file.writing(), translate_driver_errors(), self._writer.begin() as connection:
            return [connection.execute(statement).rowcount for statement in statements][-1]

    def _insert_batch(self, batch: Batch, before: Sequence[Write]) -> None:
        statements = _statements(batch)
        try:
            with self._file.writing(), translate_driver_errors(), self._writer.begin() as connection:
                for statement in before:
                    connection.execute(statement)
                for text, values in statements:
                    # Past SQLAlchemy's way of binding, which takes three times as long as the insert itself.
                    connection.exec_driver_sql(text, values)
        except HistoryUnavailableError:
            self._writer.dispose()
            raise

    def _read(self, statement: Executable) -> Rows:
        self._file.check()
        with translate_driver_errors(), self._reader.connect() as connection:
            return to_rows(connection.execute(statement))


def _statements(batch: Batch) -> list[tuple[str, tuple[Any, ...]]]:
    """Those that store it, with their values."""
    common = _COMMON if any(kind["Date"] for kind in batch.rows) else (*_COMMON, "Date")
    shared = (_stored(batch.created_at), *(batch.rows[0][name] for name in common[1:]))
    kinds = batch.rows.map(_own(common))
    named = zip(zip(batch.ids, strict=True), map(kinds.__getitem__, batch.row_index), strict=True)
    values, made = chain.from_iterable(chain.from_iterable(named)), []
    rest = len(batch)
    for rows in _STATEMENT_ROWS:
        count, rest = divmod(rest, rows)
        made += [
            (_statement(rows, common), (*shared, *islice(values, rows * len(_rest(common))))) for _ in range(count)
        ]
    return made


@cache
def _statement(rows: int, common: tuple[str, ...]) -> str:
    """What all rows have in common is bound once, first."""
    rest = _rest(common)
    # A number for each of the others as well would take SQLite half a second to read; a bare `?` is the next one.
    row = f"({','.join([*(f'?{number}' for number, _ in enumerate(common, 1)), *'?' * len(rest)])})"
    return f"INSERT OR ROLLBACK INTO predictions ({','.join((*common, *rest))}) VALUES {','.join([row] * rows)}"  # noqa: S608 - names of ours


def _rest(common: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in BATCH_COLUMNS if name not in common)


@cache
def _own(common: tuple[str, ...]) -> Callable[[Row], tuple[Any, ...]]:
    """What makes of a kind all that its rows have not in common with others, but the id."""
    names = _rest(common)[1:]
    return lambda kind: tuple(_stored(kind[name]) for name in names)


def _stored(value: Any) -> Any:
    """A value as SQLAlchemy's types store it in SQLite."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, bool):
        return int(value)  # which the driver would look for an adapter for
    return value.isoformat() if isinstance(value, date) else value


def _prepare_writer(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_immediate says
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _prepare_reader(connection: SqliteConnection, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
