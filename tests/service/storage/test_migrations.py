"""Migrations end where the models are, and run once however many processes start."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from service.errors import HistoryUnavailableError
from service.storage.migrate import upgrade
from service.storage.tables import METADATA

OPEN = "import asyncio, sys; from service.storage.factory import connect; asyncio.run(connect(sys.argv[1], 20).open())"


def test_the_migrated_history_is_the_one_the_models_describe(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    with engine.begin() as connection:
        upgrade(connection)
        assert compare_metadata(MigrationContext.configure(connection), METADATA) == []
    engine.dispose()


def test_a_history_that_a_newer_version_has_changed_is_left_alone(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'history.db'}")
    with engine.begin() as connection:
        upgrade(connection)
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with engine.begin() as connection, pytest.raises(HistoryUnavailableError, match=r"newer version .* 9999"):
        upgrade(connection)
    engine.dispose()


def test_processes_that_start_together_migrate_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "history.db"
    started = [subprocess.Popen([sys.executable, "-c", OPEN, f"sqlite:///{path}"]) for _ in range(4)]
    assert [process.wait(60) for process in started] == [0] * 4
    with closing(sqlite3.connect(path)) as history:
        assert history.execute("SELECT version_num FROM alembic_version").fetchall() == [("0004",)]
