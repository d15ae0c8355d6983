"""Runs statements on SQLite or PostgreSQL; knows drivers and threads, not what the statements say."""

import asyncio
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SqliteConnection
from typing import Any, Protocol

from sqlalchemy import URL, CursorResult, Executable, Insert, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import create_async_engine

from service.errors import HistoryUnavailableError
from service.migrate import upgrade

Rows = list[dict[str, Any]]
_READERS = 4


class Database(Protocol):
    """What the history asks of a database. Each call raises HistoryUnavailableError where it fails."""

    async def open(self) -> None:
        """Make it if it is not there, and bring it to the newest shape."""

    async def insert(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        """Commit all rows, durably, or none."""

    async def read(self, statement: Executable) -> Rows:
        """The rows of a query; never waits for a commit under way."""

    async def close(self) -> None:
        """Give the connections back."""


def connect(url: str, timeout: float) -> Database:
    """The database at an URL; nothing is opened yet. `timeout` in seconds bounds each call."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        return SqliteDatabase(parsed, timeout)
    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"), timeout)


def _rows(result: CursorResult[Any]) -> Rows:
    return [dict(row) for row in result.mappings()]


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (DBAPIError, PoolTimeoutError, OSError) as error:
        cause = getattr(error, "orig", None) or error
        raise HistoryUnavailableError(f"{type(cause).__name__}: {cause}") from error


class SqliteDatabase:
    """One file in WAL: one thread writes, with full sync, and others read beside it."""

    def __init__(self, url: URL, timeout: float) -> None:
        self._path = Path(url.database or "")
        self._writer = create_engine(url, pool_size=1, max_overflow=0, connect_args={"timeout": timeout})
        self._reader = create_engine(url, pool_size=_READERS, pool_timeout=timeout, connect_args={"timeout": timeout})
        event.listen(self._writer, "connect", _prepare_writer)
        event.listen(self._writer, "begin", _begin_immediate)
        event.listen(self._reader, "connect", _prepare_reader)
        # Threads of its own: a slow disk holds up no reader.
        self._write_thread = ThreadPoolExecutor(1, "history-write")
        self._read_threads = ThreadPoolExecutor(_READERS, "history-read")

    async def open(self) -> None:
        """See `Database`."""
        await asyncio.get_running_loop().run_in_executor(self._write_thread, self._open)

    async def insert(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        """See `Database`."""
        await asyncio.get_running_loop().run_in_executor(self._write_thread, self._insert, statement, rows)

    async def read(self, statement: Executable) -> Rows:
        """See `Database`."""
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, self._read, statement)

    async def close(self) -> None:
        """See `Database`."""
        self._read_threads.shutdown()
        self._write_thread.shutdown()
        self._reader.dispose()
        self._writer.dispose()

    def _open(self) -> None:
        with _told():
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with self._writer.begin() as connection:
                upgrade(connection)

    def _insert(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        try:
            with _told(), self._writer.begin() as connection:
                connection.execute(statement, rows)
        except HistoryUnavailableError:
            self._writer.dispose()  # a connection that failed once is not trusted again
            raise

    def _read(self, statement: Executable) -> Rows:
        with _told(), self._reader.connect() as connection:
            return _rows(connection.execute(statement))


def _prepare_writer(connection: SqliteConnection, _: object) -> None:
    connection.isolation_level = None  # transactions begin where _begin_immediate says
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")


def _prepare_reader(connection: SqliteConnection, _: object) -> None:
    connection.execute("PRAGMA query_only = ON")


def _begin_immediate(connection: Any) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


class PostgresDatabase:
    """A PostgreSQL server, by asyncpg."""

    def __init__(self, url: URL, timeout: float) -> None:
        self._timeout = timeout
        self._engine = create_async_engine(
            url, pool_timeout=timeout, connect_args={"timeout": timeout, "command_timeout": timeout}
        )

    async def open(self) -> None:
        """See `Database`."""
        with _told():
            async with self._engine.begin() as connection:
                await connection.run_sync(upgrade)

    async def insert(self, statement: Insert, rows: Sequence[dict[str, Any]]) -> None:
        """See `Database`."""
        with _told():
            async with self._engine.begin() as connection:
                await connection.execute(statement, rows)

    async def read(self, statement: Executable) -> Rows:
        """See `Database`."""
        with _told():
            async with self._engine.connect() as connection:
                return _rows(await connection.execute(statement))

    async def close(self) -> None:
        """See `Database`."""
        await self._engine.dispose()
