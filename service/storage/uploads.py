"""Uploaded tables, in a private folder until the worker has fetched them. Knows files, no HTTP and no tables."""

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

_ID = re.compile(r"[\w-]{43}")
_ID_BYTES = 32
_UNSAFE = re.compile(r"[^\w .()+,-]")
_MAX_NAME_LENGTH = 100
_MAX_FILES = 20
_LIFETIME = timedelta(hours=24)
_UNFINISHED_LIFETIME = timedelta(hours=1)


class StoredTable(NamedTuple):
    """An uploaded table. The newest loaded one may be the source of the current data, and is read every night."""

    id: str
    name: str
    bytes: int
    created_at: datetime
    loaded: bool

    @property
    def expires_at(self) -> datetime:
        """When it may be removed, if it is not loaded by then."""
        return self.created_at + _LIFETIME

    @property
    def source(self) -> str:
        """The source that a load of the data is given."""
        return f"upload:{self.id}/{self.name}"


def safe_name(name: str) -> str:
    """Return a file name without folders and unusual characters, which keeps its extension."""
    last = re.split(r"[/\\]", name)[-1]
    return _UNSAFE.sub("_", last)[-_MAX_NAME_LENGTH:].lstrip(". ") or "table"


def removable(tables: Sequence[StoredTable], now: datetime, space_bytes: int) -> list[StoredTable]:
    """Return the tables to remove: the expired ones, then the oldest until number and size are within their limits.

    A table that was loaded goes after those that were not; the newest loaded one and the newest table of all stay.
    """
    newest = max(tables, key=lambda table: table.created_at, default=None)
    loaded = max((table for table in tables if table.loaded), key=lambda table: table.created_at, default=None)
    gone = [table for table in tables if not table.loaded and table.expires_at < now]
    left = [table for table in tables if table not in gone]
    for table in sorted(left, key=lambda table: (table.loaded, table.created_at)):
        if len(left) <= _MAX_FILES and sum(each.bytes for each in left) <= space_bytes:
            break
        if table not in (newest, loaded):
            left.remove(table)
            gone.append(table)
    return gone


@dataclass(frozen=True)
class UploadStore:
    """A folder of tables, each a file named by its id and a JSON file beside it. Several processes may share it."""

    folder: Path
    space_bytes: int

    def begin(self) -> Path:
        """Return a new private file to write a table into."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        part = self.folder / f"{secrets.token_urlsafe(_ID_BYTES)}.part"
        part.touch(mode=0o600)
        return part

    def finish(self, part: Path, name: str) -> StoredTable:
        """Keep a file that was written, and remove what is too old or too much."""
        now = datetime.now(UTC)
        table = StoredTable(part.stem, safe_name(name), part.stat().st_size, now, loaded=False)
        self._describe(table)
        part.rename(self._content(table.id))
        self._clean(now)
        return table

    def find(self, table_id: str) -> StoredTable | None:
        """Return a stored table, None if there is none of this id."""
        if not _ID.fullmatch(table_id) or not self._content(table_id).exists():
            return None
        return self._read(self._description(table_id))

    def mark_loaded(self, table: StoredTable) -> None:
        """Keep a table beyond its time, as it becomes the source of a version."""
        self._describe(table._replace(loaded=True))

    def path(self, table: StoredTable) -> Path:
        """Return the file with the content of a table."""
        return self._content(table.id)

    def _clean(self, now: datetime) -> None:
        tables = [table for file in self.folder.glob("*.json") if (table := self._read(file))]
        for table in removable(tables, now, self.space_bytes):
            self._content(table.id).unlink(missing_ok=True)
            self._description(table.id).unlink(missing_ok=True)
        for part in self.folder.glob("*.part"):
            if datetime.fromtimestamp(part.stat().st_mtime, UTC) + _UNFINISHED_LIFETIME < now:
                part.unlink(missing_ok=True)

    def _describe(self, table: StoredTable) -> None:
        file = self._description(table.id)
        beside = file.with_suffix(".new")
        beside.touch(mode=0o600)
        beside.write_text(json.dumps(table._asdict() | {"created_at": table.created_at.isoformat()}), encoding="utf-8")
        beside.replace(file)

    def _read(self, file: Path) -> StoredTable | None:
        try:
            found = json.loads(file.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):  # removed by another process
            return None
        return StoredTable(**found | {"created_at": datetime.fromisoformat(found["created_at"])})

    def _content(self, table_id: str) -> Path:
        return self.folder / f"{table_id}.table"

    def _description(self, table_id: str) -> Path:
        return self.folder / f"{table_id}.json"
