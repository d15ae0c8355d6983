"""Chooses the database of a URL."""

from sqlalchemy import make_url

from service.storage.backend import Database


def connect(url: str, timeout: float) -> Database:
    """Make the database at a URL without opening it; `timeout` in seconds bounds each call."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        from service.storage.sqlite.backend import SqliteDatabase

        return SqliteDatabase(parsed, timeout)
    from service.storage.postgres.backend import PostgresDatabase

    return PostgresDatabase(parsed.set(drivername="postgresql+asyncpg"), timeout)
