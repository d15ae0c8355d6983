"""Commits predictions to a PostgreSQL server with one statement a group, without SQLAlchemy."""

import asyncio
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from itertools import chain, count
from operator import itemgetter

import asyncpg
from asyncpg.prepared_stmt import PreparedStatement
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql

from service.prediction.record import PendingRecord
from service.storage.driver_errors import translate_driver_errors
from service.storage.group_commit import CommitGroup, GroupCommitter
from service.storage.tables import PREDICTIONS

_FIELDS = tuple(column for column in PREDICTIONS.columns if column.name not in {"id", "created_at", "trace_id"})
_FIELD_VALUES = itemgetter(*(column.name for column in _FIELDS))
_COLUMNS = (PREDICTIONS.c.id, PREDICTIONS.c.created_at, PREDICTIONS.c.trace_id, *_FIELDS)
_NAMES = ", ".join(f'"{column.name}"' for column in _COLUMNS)
_ERRORS = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncio.TimeoutError)
# Up to so many rows take about four fifths of the time where each value is a parameter of its own. Each number of
# rows is a prepared statement, so more rows, and rows with idempotency keys, are sent as arrays.
_MAX_VALUES_ROWS = 16


def _types() -> list[str]:
    dialect: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped
    return [column.type.dialect_impl(dialect).compile(dialect=dialect) for column in _COLUMNS]


@cache
def _values_statement(rows: int) -> str:
    number = count(1)
    values = ", ".join(f"({', '.join(f'${next(number)}::{kind}' for kind in _types())})" for _ in range(rows))
    return f"INSERT INTO predictions ({_NAMES}) VALUES {values}"  # noqa: S608 - names of ours


def _arrays_statement() -> str:
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(_types(), 1))
    return f"INSERT INTO predictions ({_NAMES}) SELECT * FROM unnest({arrays})"  # noqa: S608 - names of ours


def _keyed_statement() -> str:
    """Insert the keys, or take over expired ones, and of the records those that have no key or got theirs.

    The keys are sorted, so that two processes with the same keys wait for each other in one order.
    """
    types = [*_types(), "text", "text"]
    arrays = ", ".join(f"${n}::{kind}[]" for n, kind in enumerate(types, 1))
    return (
        f"WITH records AS (SELECT * FROM unnest({arrays}) AS records ({_NAMES}, caller, key)), "  # noqa: S608 - names of ours
        "inserted AS (INSERT INTO idempotency_keys (caller, key, prediction_id) "
        "SELECT caller, key, id FROM records WHERE key IS NOT NULL ORDER BY caller, key "
        "ON CONFLICT (caller, key) DO UPDATE SET prediction_id = excluded.prediction_id "
        f"WHERE idempotency_keys.prediction_id < ${len(types) + 1}::uuid RETURNING prediction_id) "
        f"INSERT INTO predictions ({_NAMES}) SELECT {_NAMES} FROM records "
        "WHERE key IS NULL OR id IN (SELECT prediction_id FROM inserted) RETURNING id"
    )


class PostgresWriter:
    """A commit writer: one connection, which it opens when needed and again after a failure."""

    def __init__(self, url: str, timeout: float) -> None:
        self._url = url
        self._timeout = timeout
        self._connection: asyncpg.Connection | None = None
        self._prepared: dict[str, PreparedStatement] = {}

    def start(self, committer: GroupCommitter) -> None:
        """See `CommitWriter`."""
        self._task = asyncio.ensure_future(self._work(committer))

    async def _work(self, committer: GroupCommitter) -> None:
        loop = asyncio.get_running_loop()
        while group := committer.next_group(self):
            loop.call_soon(committer.finish, group, *await self._commit_group(group))  # the next is on its way by then
        loop.call_soon(committer.idle, self)

    async def _commit_group(self, group: CommitGroup) -> tuple[set[str], Exception | None]:
        try:
            with translate_driver_errors(*_ERRORS):
                return await self._commit(group), None
        except Exception as error:  # noqa: BLE001 - passed on to whoever waits
            self.close()  # a connection that failed once is not trusted again
            return set(), error

    async def _commit(self, group: CommitGroup) -> set[str]:
        """Run one statement, which is a transaction of its own.

        Returns the ids of records that were left out because their key was taken.
        """
        records = group.records
        if any(record.key for record in records):
            keys = zip(*(record.key or (None, None) for record in records), strict=True)
            statement = await self._statement(_KEYED)
            stored = await statement.fetch(*_arrays(records), *keys, group.oldest_id)
            return {record.id for record in records}.difference(row["id"].hex for row in stored)
        if len(records) <= _MAX_VALUES_ROWS:
            await (await self._statement(_values_statement(len(records)))).fetch(*_values(records))
        else:
            await (await self._statement(_ARRAYS)).fetch(*_arrays(records))
        return set()

    def close(self) -> None:
        """Close the connection at once."""
        self._prepared = {}
        if self._connection:
            self._connection.terminate()
            self._connection = None

    async def _statement(self, sql: str) -> PreparedStatement:
        if self._connection and self._connection.is_closed():  # the server was restarted
            self.close()
        statement = self._prepared.get(sql)
        if statement is None:
            connection = self._connection or await self._connect()
            statement = self._prepared[sql] = await connection.prepare(sql)
        return statement

    async def _connect(self) -> asyncpg.Connection:
        self._connection = await asyncpg.connect(self._url, timeout=self._timeout, command_timeout=self._timeout)
        # Whatever the server's own setting: an answer leaves only when the prediction is on the disk.
        await self._connection.execute("SET synchronous_commit = on")
        return self._connection


_KEYED, _ARRAYS = _keyed_statement(), _arrays_statement()


def _values(records: Sequence[PendingRecord]) -> list[object]:
    return list(chain.from_iterable(map(_row, records)))


def _arrays(records: Sequence[PendingRecord]) -> list[Sequence[object]]:
    return list(zip(*map(_row, records), strict=True))


def _row(record: PendingRecord) -> tuple[object, ...]:
    created_at = datetime.fromisoformat(record.created_at)
    return record.id, created_at, record.trace_id, *_FIELD_VALUES(record.fields)
