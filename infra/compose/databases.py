"""Create the databases and their owners in the PostgreSQL server. Does not depend on their tables."""

from collections.abc import Mapping
from typing import Any

import asyncpg

from infra.security.credentials import DEVELOPMENT_PREFIX

SUPERUSER = "postgres"
Connection = Any  # asyncpg has no type annotations


async def connect_as_superuser(host: str, password: str) -> Connection:
    """Connect as superuser. If the server still has the development password, replace it first."""
    try:
        return await asyncpg.connect(host=host, user=SUPERUSER, password=password, database=SUPERUSER)
    except asyncpg.InvalidPasswordError:
        development = f"{DEVELOPMENT_PREFIX}-{SUPERUSER}"
        connection = await asyncpg.connect(host=host, user=SUPERUSER, password=development, database=SUPERUSER)
        await _execute_quoted(connection, "ALTER ROLE %I PASSWORD %L", SUPERUSER, password)
        return connection


async def create_databases(connection: Connection, databases: Mapping[str, str]) -> None:
    """Create each database with an owner of the same name and its password, closed to other users. Safe to repeat."""
    for name, password in databases.items():
        exists = await connection.fetchval("SELECT 1 FROM pg_roles WHERE rolname = $1", name)
        await _execute_quoted(
            connection, f"{'ALTER' if exists else 'CREATE'} ROLE %I LOGIN PASSWORD %L", name, password
        )
        if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", name):
            await _execute_quoted(connection, "CREATE DATABASE %I OWNER %I", name, name)
        await _execute_quoted(connection, "REVOKE ALL ON DATABASE %I FROM PUBLIC", name)


async def _execute_quoted(connection: Connection, statement: str, *arguments: str) -> None:
    """Run a statement that takes no parameters. The server quotes its arguments."""
    placeholders = ", ".join(f"${number}::text" for number in range(2, len(arguments) + 2))
    await connection.execute(await connection.fetchval(f"SELECT format($1, {placeholders})", statement, *arguments))
