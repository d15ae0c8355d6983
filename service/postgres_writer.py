"""Commits predictions to a PostgreSQL server, one statement for all that wait, past SQLAlchemy; one connection."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from operator import itemgetter

import asyncpg
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql

from service.database import told
from service.fresh import Fresh
from service.queries import TABLE

_KIND = tuple(column for column in TABLE.columns if column.name not in {"id", "created_at"})
_KIND_VALUES = itemgetter(*(column.name for column in _KIND))
_COLUMNS = (TABLE.c.id, TABLE.c.created_at, *_KIND)
_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError)


def _statement() -> str:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    types = [column.type.dialect_impl(dialect).compile(dialect=dialect) for column in _COLUMNS]
    names = ", ".join(f'"{column.name}"' for column in _COLUMNS)
    arrays = ", ".join(f"${number}::{kind}[]" for number, kind in enumerate(types, 1))
    return f"INSERT INTO predictions ({names}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names of ours


_INSERT = _statement()


class PostgresWriter:
    """A connection that is made when it is first needed, and again after a failure."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None

    async def insert(self, rows: Sequence[Fresh]) -> None:
        """Commit all rows or none, one call at a time; raises HistoryUnavailableError."""
        with told(*_ERRORS):
            try:
                connection = self._connection or await self._connect()
                await connection.execute(_INSERT, *_arrays(rows))  # a statement alone is a transaction
            except BaseException:
                self.close()  # a connection that failed once is not trusted again
                raise

    def close(self) -> None:
        """Let the connection go."""
        if self._connection:
            self._connection.terminate()
            self._connection = None

    async def _connect(self) -> asyncpg.Connection:
        self._connection = await asyncpg.connect(self._url, timeout=self._timeout, command_timeout=self._timeout)
        # Whatever the server's own setting: an answer leaves only when the prediction is on the disk.
        await self._connection.execute("SET synchronous_commit = on")
        return self._connection


def _arrays(rows: Sequence[Fresh]) -> list[Sequence[object]]:
    kinds = zip(*(_KIND_VALUES(row.kind) for row in rows), strict=True)
    moments = [datetime.fromisoformat(row.moment) for row in rows]
    return [[row.name for row in rows], moments, *kinds]
