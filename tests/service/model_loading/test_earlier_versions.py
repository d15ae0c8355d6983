"""A history of every earlier version, with data in it, is brought to the newest shape, on SQLite and PostgreSQL."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text
from sqlalchemy.ext.asyncio import create_async_engine

from service.storage import migrate
from service.storage.tables import METADATA
from tests.service.storage.test_postgres import Server, server

__all__ = ["server"]
VERSIONS = [
    script.revision for script in ScriptDirectory(Path(migrate.__file__).with_name("migrations")).walk_revisions()
]
ID = "019ab0f26b1e7c3a9d520c1f6c1d2e3f"
COLUMNS = (
    'id, created_at, "DayOfWeek", "Season", "Holiday", "Date", prediction, level, lower, upper, model_version, '
    "seen_in_training"
)
ROW = f"INSERT INTO predictions ({COLUMNS}) VALUES ('{ID}', '2026-01-01', 1, 1, 0, NULL, 1, .9, 0, 2, '1', TRUE)"
KEY = f"INSERT INTO idempotency_keys VALUES ('page', 'once', '{ID}')"
Work = Callable[[Connection], Any]


def inside(url: str, work: Work) -> Any:
    """What comes of some work within a transaction."""
    if url.startswith("sqlite"):
        engine = create_engine(url)
        with engine.begin() as connection:
            found = work(connection)
        engine.dispose()
        return found
    return asyncio.run(_inside_postgresql(url, work))


async def _inside_postgresql(url: str, work: Work) -> Any:
    engine = create_async_engine(make_url(url).set(drivername="postgresql+asyncpg"))
    async with engine.begin() as connection:
        found = await connection.run_sync(work)
    await engine.dispose()
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Of a database with nothing in it."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'history.db'}"
    there: Server = request.getfixturevalue("server")
    inside(there.url, emptied)
    return there.url


def emptied(connection: Connection) -> None:
    """Forget what earlier tests left."""
    connection.execute(text("DROP SCHEMA public CASCADE"))
    connection.execute(text("CREATE SCHEMA public"))


def held(connection: Connection) -> dict[str, list[dict[str, Any]]]:
    """All rows by table, each without what it leaves open: a later version may have more columns."""
    names = sorted(set(inspect(connection).get_table_names()) - {"alembic_version"})
    rows = {name: connection.execute(text(f"SELECT * FROM {name}")).mappings() for name in names}
    return {
        name: [{column: value for column, value in row.items() if value is not None} for row in each]
        for name, each in rows.items()
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_an_earlier_history_is_brought_along_with_what_it_holds(url: str, version: str) -> None:
    def create_old_history(connection: Connection) -> Any:
        migrate.upgrade(connection, to=version)
        connection.execute(text(ROW))
        if "idempotency_keys" in inspect(connection).get_table_names():
            connection.execute(text(KEY))
        return held(connection)

    def brought_along(connection: Connection) -> Any:
        migrate.upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
        return held(connection)

    before = inside(url, create_old_history)
    assert len(before["predictions"]) == 1
    assert {"idempotency_keys": []} | before == inside(url, brought_along)
