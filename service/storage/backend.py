"""The interface of a database for the history; knows no driver."""

from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import CursorResult, Delete, Executable, Insert

from service.prediction.batch import Batch
from service.storage.group_commit import CommitWriter

Rows = list[dict[str, Any]]
Write = Insert | Delete


class Database(Protocol):
    """A database for the history. Each call raises HistoryUnavailableError if it fails."""

    writers: Sequence[CommitWriter]
    """Commit single predictions, durably."""
    timeout: float
    """Seconds after which a commit is given up."""

    async def open(self) -> None:
        """Create it if it does not exist, and migrate it."""

    async def write(self, *statements: Write) -> int:
        """Commit all statements in one durable transaction; return how many rows the last one changed.

        Raises:
            AlreadyStoredError: a row with this primary key exists.
        """

    async def insert_batch(self, batch: Batch, *before: Write) -> None:
        """Commit a batch after other statements, all in one durable transaction.

        Raises:
            AlreadyStoredError: see `write`.
        """

    async def read(self, statement: Executable) -> Rows:
        """Return the rows of a query; never wait for a commit."""

    async def close(self) -> None:
        """Close the connections."""


def to_rows(result: CursorResult[Any]) -> Rows:
    """Return a result as dicts by column."""
    return [dict(row) for row in result.mappings()]
