"""The history on a PostgreSQL server; knows its driver, not what the statements say."""

from collections.abc import Sequence
from typing import Any

from asyncpg import InterfaceError, PostgresError
from sqlalchemy import URL, Executable, NullPool
from sqlalchemy.ext.asyncio import create_async_engine

from service.prediction.batch import Batch
from service.storage.backend import Rows, Write, to_rows
from service.storage.batch_rows import BATCH_COLUMNS, to_records
from service.storage.driver_errors import translate_driver_errors
from service.storage.group_commit import CommitWriter
from service.storage.migrate import upgrade
from service.storage.postgres.writer import PostgresWriter

WRITERS = 2
_ERRORS = (PostgresError, InterfaceError)  # raised bare where a connection is made


class PostgresDatabase:
    """A PostgreSQL server, by asyncpg."""

    def __init__(self, url: URL, timeout: float) -> None:
        # Each statement has one good plan, whatever is asked; to look for a better one takes longer than the page.
        planned = {"server_settings": {"plan_cache_mode": "force_generic_plan"}}
        self._engine = create_async_engine(
            url,
            pool_timeout=timeout,
            pool_pre_ping=True,  # a server that was restarted has cut the connections that are kept
            connect_args={"timeout": timeout, "command_timeout": timeout, **planned},
        )
        # An index on a long history takes minutes, and other processes wait for them.
        self._migrating = create_async_engine(url, poolclass=NullPool, connect_args={"timeout": timeout})
        plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
        # A driver ends the wait for a server or a lock itself, after `timeout`.
        self.timeout = timeout + 1
        self._writers = [PostgresWriter(plain, timeout) for _ in range(WRITERS)]
        self.writers: Sequence[CommitWriter] = self._writers

    async def open(self) -> None:
        """See `Database`."""
        with translate_driver_errors(*_ERRORS):
            async with self._migrating.begin() as connection:
                await connection.run_sync(upgrade)

    async def write(self, *statements: Write) -> int:
        """See `Database`."""
        with translate_driver_errors(*_ERRORS):
            async with self._engine.begin() as connection:
                return [(await connection.execute(statement)).rowcount for statement in statements][-1]

    async def insert_batch(self, batch: Batch, *before: Write) -> None:
        """See `Database`."""
        with translate_driver_errors(*_ERRORS):
            async with self._engine.begin() as connection:
                for statement in before:
                    await connection.execute(statement)
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.copy_records_to_table("predictions", columns=BATCH_COLUMNS, records=to_records(batch))

    async def read(self, statement: Executable) -> Rows:
        """See `Database`."""
        with translate_driver_errors(*_ERRORS):
            async with self._engine.connect() as connection:
                return to_rows(await connection.execute(statement))

    async def close(self) -> None:
        """See `Database`."""
        for writer in self._writers:
            writer.close()
        await self._engine.dispose()
