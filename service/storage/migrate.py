"""Brings a history to the newest shape; knows Alembic, and one connection it is given."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, text

from service.errors import HistoryUnavailableError

_SCRIPTS = Path(__file__).with_name("migrations")
_LOCK = 0x57EA_5A1E5


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the missing migrations inside the connection's transaction, one process at a time.

    On SQLite the transaction must have begun as IMMEDIATE: that is the lock.

    Raises:
        HistoryUnavailableError: a newer version of the service has been here.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    _refuse_newer(connection, ScriptDirectory.from_config(config))
    command.upgrade(config, to)


def _refuse_newer(connection: Connection, ours: ScriptDirectory) -> None:
    known = {script.revision for script in ours.walk_revisions()}
    there = MigrationContext.configure(connection).get_current_revision()
    if there and there not in known:
        raise HistoryUnavailableError(
            f"a newer version of the API brought the history to revision {there}, and this one knows {max(known)} at "
            "the most: start that version again, or restore the backup from before it"
        )
