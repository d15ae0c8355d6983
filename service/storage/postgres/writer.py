"""Commits predictions to a PostgreSQL server, one statement for all that wait, past SQLAlchemy."""

import asyncio
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import chain, count
from operator import itemgetter

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql

from service.prediction.record import Fresh
from service.storage.backend import translate_driver_errors
from service.storage.group_commit import GroupCommitter
from service.storage.queries import TABLE

_KIND = tuple(column for column in TABLE.columns if column.name not in {"id", "created_at"})
_KIND_VALUES = itemgetter(*(column.name for column in _KIND))
_COLUMNS = (TABLE.c.id, TABLE.c.created_at, *_KIND)
_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError)


# Few rows are planned, bound and inserted in about four fifths of the time where each value stands alone; a
# statement is prepared for each number of them, so it is not for many.
_MOST_APART = 16
_TOGETHER = 0


def _statement(rows: int) -> str:
    """To insert so many rows, each value a parameter; or any number, each column an array, for `_TOGETHER`."""
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    types = [column.type.dialect_impl(dialect).compile(dialect=dialect) for column in _COLUMNS]
    names = ", ".join(f'"{column.name}"' for column in _COLUMNS)
    if rows == _TOGETHER:
        arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(types, 1))
        return f"INSERT INTO predictions ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names of ours
    number = count(1)
    values = ", ".join(_row(number, types) for _ in range(rows))
    return f"INSERT INTO predictions ({names}) VALUES {values}"  # noqa: S608 - names of ours


def _row(number: Iterator[int], types: list[str]) -> str:
    return f"({', '.join(f'${next(number)}::{kind}' for kind in types)})"


class PostgresWriter:
    """A lane: one connection that is made when it is first needed, and again after a failure."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._prepared: dict[int, PreparedStatement] = {}

    def begin(self, commits: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self._working = asyncio.ensure_future(self._work(commits))

    async def _work(self, commits: GroupCommitter) -> None:
        loop = asyncio.get_running_loop()
        while group := commits.next_group(self):
            error = await self._failure(group.rows)
            loop.call_soon(commits.tell, group, error)  # the next is on its way by then
        loop.call_soon(commits.rest, self)

    async def _failure(self, rows: Sequence[Fresh]) -> Exception | None:
        try:
            await self.insert(rows)
        except Exception as error:  # noqa: BLE001 - told to whoever waits
            return error
        return None

    async def insert(self, rows: Sequence[Fresh]) -> None:
        """Commit all rows or none, one call at a time; raises HistoryUnavailableError."""
        apart = len(rows) <= _MOST_APART
        with translate_driver_errors(*_ERRORS):
            try:
                statement = await self._statement(len(rows) if apart else _TOGETHER)
                await statement.fetch(*(_values if apart else _arrays)(rows))  # a statement alone is a transaction
            except BaseException:
                self.close()  # a connection that failed once is not trusted again
                raise

    def close(self) -> None:
        """Let the connection go."""
        self._prepared = {}
        if self._connection:
            self._connection.terminate()
            self._connection = None

    async def _statement(self, rows: int) -> PreparedStatement:
        if self._connection and self._connection.is_closed():  # a server that was restarted has cut it
            self.close()
        known = self._prepared.get(rows)
        if known is None:
            connection = self._connection or await self._connect()
            known = self._prepared[rows] = await connection.prepare(_statement(rows))
        return known

    async def _connect(self) -> asyncpg.Connection:
        self._connection = await asyncpg.connect(self._url, timeout=self._timeout, command_timeout=self._timeout)
        # Whatever the server's own setting: an answer leaves only when the prediction is on the disk.
        await self._connection.execute("SET synchronous_commit = on")
        return self._connection


def _values(rows: Sequence[Fresh]) -> list[object]:
    each = ((row.name, datetime.fromisoformat(row.moment), *_KIND_VALUES(row.kind)) for row in rows)
    return list(chain.from_iterable(each))


def _arrays(rows: Sequence[Fresh]) -> list[Sequence[object]]:
    kinds = zip(*(_KIND_VALUES(row.kind) for row in rows), strict=True)
    moments = [datetime.fromisoformat(row.moment) for row in rows]
    return [[row.name for row in rows], moments, *kinds]
