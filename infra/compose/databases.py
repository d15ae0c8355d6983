"""The databases and their owners in the PostgreSQL server. Knows SQL, not what is kept there."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from infra.security.credentials import DEVELOPMENT

SUPERUSER = "postgres"
Connection = Any  # of asyncpg, which says nothing of its types


async def as_superuser(host: str, password: str) -> Connection:
    """A connection as superuser; a server made with the development password is given this one first."""
    try:
        return await asyncpg.connect(host=host, user=SUPERUSER, password=password, database=SUPERUSER)
    except asyncpg.InvalidPasswordError:
        known = f"{DEVELOPMENT}-{SUPERUSER}"
        connection = await asyncpg.connect(host=host, user=SUPERUSER, password=known, database=SUPERUSER)
        await _say(connection, "ALTER ROLE %I PASSWORD %L", SUPERUSER, password)
        return connection


async def make(connection: Connection, databases: Mapping[str, str]) -> None:
    """Each database with an owner of its name, the owner's password, and no entry for the others. Safe to repeat."""
    for name, password in databases.items():
        known = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
        await _say(connection, f"{'ALTER' if known else 'CREATE'} ROLE %I LOGIN PASSWORD %L", name, password)
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await _say(connection, "CREATE DATABASE %I OWNER %I", name, name)
        await _say(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", name)


async def _say(connection: Connection, statement: str, *words: str) -> None:
    """A statement that takes no parameters, its words quoted by the server itself."""
    places = ", ".join(f"${number}::text" for number in range(2, len(words) + 2))
    await connection.execute(await connection.fetchval(f"SELECT format($1, {places})", statement, *words))
