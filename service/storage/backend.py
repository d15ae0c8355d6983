"""What the history asks of a database, and which one an URL names; knows no driver."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Protocol

from sqlalchemy import CursorResult, Delete, Executable, Insert, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from service.batches.predict import Batch
from service.errors import AlreadyStoredError, HistoryUnavailableError
from service.storage.group_commit import CommitWriter

Rows = list[dict[str, Any]]
Write = Insert | Delete


class Database(Protocol):
    """A place for the history. Each call raises HistoryUnavailableError where it fails."""

    writers: Sequence[CommitWriter]
    """Commit single predictions, durably."""
    timeout: float
    """Seconds after which a commit is given up."""

    async def open(self) -> None:
        """Make it if it is not there, and bring it to the newest shape."""

    async def write(self, *statements: Write) -> int:
        """Commit them together, durably, or none; how many rows the last of them touched.

        Raises:
            AlreadyStoredError: what is to be stored is there already.
        """

    async def insert_batch(self, batch: Batch, *before: Write) -> None:
        """Commit a whole batch after other statements, durably, or none of it.

        Raises:
            AlreadyStoredError: see `write`.
        """

    async def read(self, statement: Executable) -> Rows:
        """The rows of a query; never waits for a commit under way."""

    async def close(self) -> None:
        """Give the connections back."""


def connect(url: str, timeout: float) -> Database:
    """The database at an URL; nothing is opened yet. `timeout` in seconds bounds each call."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from service.storage.sqlite.backend import SqliteDatabase

        return SqliteDatabase(parsed, timeout)
    from service.storage.postgres.backend import PostgresDatabase

    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"), timeout)


def rows_of(result: CursorResult[Any]) -> Rows:
    """A result as plain rows."""
    return [dict(row) for row in result.mappings()]


@contextmanager
def translate_driver_errors(*more: type[Exception]) -> Iterator[None]:
    """Turns what a driver raises, and `more`, into the one error the history knows."""
    kinds: tuple[type[Exception], ...] = (DBAPIError, PoolTimeoutError, OSError, *more)
    try:
        yield
    except kinds as error:
        cause = getattr(error, "orig", None) or error
        if isinstance(error, IntegrityError):
            raise AlreadyStoredError(str(cause)) from error
        raise HistoryUnavailableError(f"{type(cause).__name__}: {cause}") from error
