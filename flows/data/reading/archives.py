"""Unpacks the one table of a gzip or zip file. Knows bytes and names, no table."""

import gzip
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Literal

from flows.data.errors import DataError

MAX_UNPACKED_BYTES = 4 << 30
CHUNK_BYTES = 1 << 20
DAMAGES = (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError, UnicodeError)
"""What Python raises when an archive is damaged or locked."""
_ZIP = b"PK\x03\x04"
_GZIP = b"\x1f\x8b"
_OLE = b"\xd0\xcf\x11\xe0"
_WORKBOOK_PARTS = ("xl/", "content.xml")
_TABLES = (".csv", ".tsv", ".txt", ".tab", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods", ".parquet")

Container = Literal["gzip", "zip", "workbook", ""]


@dataclass(frozen=True)
class Unpacked:
    """A file that holds a table, and what it was unpacked from: `gzip`, the name in a zip, or nothing."""

    path: Path
    archive: str = ""


def container_of(path: Path) -> Container:
    """What a file contains tables in, by its bytes; empty for a table itself.

    Raises:
        DataError: it looks like a zip and is none.
    """
    with path.open("rb") as file:
        start = file.read(len(_ZIP))
    if start.startswith(_GZIP):
        return "gzip"
    if start.startswith(_OLE):
        return "workbook"
    if not start.startswith(_ZIP):
        return ""
    try:
        with zipfile.ZipFile(path) as archive:
            is_workbook = any(name.startswith(_WORKBOOK_PARTS) for name in archive.namelist())
    except DAMAGES as error:
        raise DataError(f"The file {path.name} is a damaged Excel or ZIP file: save the sheet as CSV.") from error
    return "workbook" if is_workbook else "zip"


def unpack(path: Path, scratch: Path, table: str) -> Unpacked:
    """The table of an archive, unpacked into `scratch`; the file itself if it is none. `table` names one of several.

    Raises:
        DataError: the archive is damaged, too large, or has no table or several.
    """
    kind = container_of(path)
    if kind not in {"gzip", "zip"}:
        return Unpacked(path)
    folder = scratch / "unpacked"
    folder.mkdir(exist_ok=True)
    try:
        found = _from_gzip(path, folder) if kind == "gzip" else _from_zip(path, folder, table)
    except DAMAGES as error:
        cure = "unpack it and give the table itself"
        raise DataError(f"The file {path.name} is a damaged or locked archive: {cure}.") from error
    if container_of(found.path) in {"gzip", "zip"}:
        raise DataError(f"The archive {path.name} holds another archive, {found.path.name}: unpack it first.")
    return found


def _from_gzip(path: Path, folder: Path) -> Unpacked:
    target = folder / (path.name.removesuffix(".gz") if path.name != ".gz" else "table")
    with gzip.open(path) as packed:
        copy_limited(packed, target, path.name)
    return Unpacked(target, "gzip")


def _from_zip(path: Path, folder: Path, table: str) -> Unpacked:
    with zipfile.ZipFile(path) as archive:
        name = _table_of(archive.namelist(), path.name, table)
        target = folder / PurePosixPath(name).name
        with archive.open(name) as packed:
            copy_limited(packed, target, path.name)
    return Unpacked(target, name)


def _table_of(names: list[str], archive: str, table: str) -> str:
    files = [name for name in names if not name.endswith("/") and not name.startswith("__MACOSX/")]
    files = [name for name in files if not PurePosixPath(name).name.startswith(".")]
    tables = [name for name in files if name.lower().endswith(_TABLES)] or files
    if table:
        named = [name for name in files if table in {name, PurePosixPath(name).name}]
        # `sheet` may also name the sheet of the one workbook in the archive
        tables = named or (tables if len(tables) == 1 else [])
    if len(tables) == 1:
        return tables[0]
    if not files:
        raise DataError(f"The archive {archive} is empty: give one with a table in it.")
    which = f"no table named {table!r}" if table else f"{len(tables)} tables"
    raise DataError(f"The archive {archive} has {which}: set sheet to one of {', '.join(sorted(tables or files))}.")


def copy_limited(
    packed: IO[bytes] | gzip.GzipFile, target: Path, archive: str, limit: int = MAX_UNPACKED_BYTES
) -> None:
    """Copy to `target`, however large the archive says that its content is.

    Raises:
        DataError: there is more than `limit` bytes of it.
    """
    size = 0
    with target.open("wb") as out:
        while chunk := packed.read(CHUNK_BYTES):
            size += len(chunk)
            if size > limit:
                cure = "unpack it and give the table itself"
                raise DataError(f"The archive {archive} holds more than {limit >> 20:,} MB: {cure}.")
            out.write(chunk)
