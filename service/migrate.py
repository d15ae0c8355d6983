"""Brings a history to the newest shape; knows Alembic, and one connection it is given."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, text

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 0x57EA_5A1E5


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing migrations inside the connection's transaction, one process at a time.

    On SQLite the transaction must have begun as IMMEDIATE: that is the lock.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, to)
