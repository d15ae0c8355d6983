"""Versions of the data in one bucket or folder, and which is current. The only module here that knows S3."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

import fsspec
import polars as pl
from pydantic import BaseModel, ConfigDict

from domain.calendar import CalendarFit
from flows.errors import CurableError
from flows.storage.retention import Dated

MANIFEST = "manifest.json"
POINTER = "current.json"
MOMENT = "%Y%m%dT%H%M%SZ"  # how the name of a version begins


class StorageError(CurableError):
    """The store lacks what is needed; the message says what to do."""


class Manifest(BaseModel):
    """What a version is made of. Digests are SHA-256 in hex, times UTC.

    `source` is shown without secrets; `read_at` is when it was read last, also if nothing had changed. `calendar` is
    the rule that the data follows, None for a version made before there were rules.
    """

    model_config = ConfigDict(frozen=True)

    version: str
    source: str
    source_sha256: str
    options: dict[str, object]
    files: dict[str, str]
    rows: dict[str, int]
    limits: tuple[float, float] | None
    created_at: datetime
    read_at: datetime | None = None
    source_has_secret: bool = False
    calendar: CalendarFit | None = None
    days: tuple[date, date] | None = None

    def same_input(self, source_sha256: str, options: dict[str, object]) -> bool:
        """Whether another run on this source with these options would give the same version."""
        return (self.source_sha256, self.options) == (source_sha256, options)


class Pointer(BaseModel):
    """Which version readers use, since when, and by whom it was set."""

    model_config = ConfigDict(frozen=True)

    version: str
    switched_at: datetime
    switched_by: str
    previous: str | None = None


def new_version(source_sha256: str, at: datetime) -> str:
    """Return a name that sorts by time and differs between runs within one second."""
    return f"{at:{MOMENT}}-{source_sha256[:8]}-{uuid4().hex[:4]}"


def _moment(version: str) -> datetime | None:
    try:
        return datetime.strptime(version.partition("-")[0], MOMENT).replace(tzinfo=UTC)
    except ValueError:
        return None


class DataStore:
    """A version is written whole under its own prefix; one small object, replaced in one step, names the current."""

    def __init__(self, url: str, s3_options: dict[str, object]) -> None:
        self._s3 = url.startswith("s3://")
        self._fs, root = fsspec.url_to_fs(url, **(s3_options if self._s3 else {}))
        self._root = str(root).rstrip("/")

    def publish(self, folder: Path, manifest: Manifest, by: str) -> Pointer:
        """Store the files of `folder` and the manifest, then make them current: readers see all of it or none."""
        self._ensure_root()
        for name in manifest.files:
            with (folder / name).open("rb") as local:
                self._write(self._path(manifest.version, name), local)
        self._write_text(self._path(manifest.version, MANIFEST), manifest.model_dump_json(indent=2))
        return self.switch(manifest.version, by)

    def switch(self, version: str, by: str) -> Pointer:
        """Make an existing version the current one. StorageError when there is no such version."""
        self.manifest(version)
        before = self.pointer()
        pointer = Pointer(
            version=version,
            switched_at=datetime.now(UTC),
            switched_by=by,
            previous=before.version if before else None,
        )
        self._point(pointer)
        if not self._read_text(self._path(version, MANIFEST)):
            # `remove` took it away in between; it looks at the pointer after, as this looks at the manifest after
            if before:
                self._point(before)
            raise StorageError(f"Version {version} of the data is being removed, being old: choose another one.")
        return pointer

    def note_read(self, version: str, at: datetime) -> None:
        """Record that the source of a version was read again and had not changed."""
        manifest = self.manifest(version).model_copy(update={"read_at": at})
        self._write_text(self._path(version, MANIFEST), manifest.model_dump_json(indent=2))

    def _point(self, pointer: Pointer) -> None:
        self._write_text(f"{self._root}/{POINTER}", pointer.model_dump_json(indent=2))

    def remove(self, version: str) -> bool:
        """Remove a version, or what is left of one. False, and it stays, where it is the current one."""
        manifest = self._path(version, MANIFEST)
        if text := self._read_text(manifest):
            self._fs.rm_file(manifest)
        pointer = self.pointer()
        if pointer and pointer.version == version:
            if text:
                self._write_text(manifest, text)
            return False
        folder = f"{self._root}/versions/{version}"
        if self._fs.exists(folder):
            self._fs.rm(folder, recursive=True)
        return True

    def pointer(self) -> Pointer | None:
        """Return the pointer to the current version, None before the first ETL."""
        text = self._read_text(f"{self._root}/{POINTER}")
        return Pointer.model_validate_json(text) if text else None

    def current(self) -> Manifest:
        """Return the manifest of the current version. StorageError before the first ETL."""
        pointer = self.pointer()
        if pointer is None:
            raise StorageError("There is no data yet: run `make etl`, then this again.")
        return self.manifest(pointer.version)

    def manifest(self, version: str) -> Manifest:
        """Return the manifest of a version. StorageError if there is no such version."""
        text = self._read_text(self._path(version, MANIFEST))
        if not text:
            known = ", ".join(self.versions()) or "none"
            raise StorageError(f"There is no version {version} of the data: choose one of {known}.")
        return Manifest.model_validate_json(text)

    def versions(self) -> list[str]:
        """Return the complete versions, oldest first."""
        found = self._fs.glob(f"{self._root}/versions/*/{MANIFEST}")
        return sorted(Path(path).parent.name for path in found)

    def ages(self) -> list[Dated]:
        """Return the complete versions with their age."""
        return [Dated(version, self.manifest(version).created_at) for version in self.versions()]

    def leftovers(self) -> list[Dated]:
        """What is there of versions that are not whole, by the time in their name; what we did not name is not ours."""
        whole = set(self.versions())
        names = {Path(path).name for path in self._fs.glob(f"{self._root}/versions/*")} - whole
        return [Dated(name, moment) for name in sorted(names) if (moment := _moment(name))]

    def frame(self, version: str, name: str) -> pl.DataFrame:
        """Read a table of a version, its dates as dates. StorageError if it is not there."""
        try:
            with self._fs.open(self._path(version, name), "rb") as file:
                return pl.read_csv(cast("IO[bytes]", file), try_parse_dates=True)
        except FileNotFoundError as error:
            raise StorageError(f"{name} of version {version} is gone: run `make etl` again.") from error

    def url(self, version: str) -> str:
        """Return the address of a version's folder."""
        return str(self._fs.unstrip_protocol(f"{self._root}/versions/{version}"))

    def _path(self, version: str, name: str) -> str:
        return f"{self._root}/versions/{version}/{name}"

    def _ensure_root(self) -> None:
        if not self._fs.exists(self._root):
            self._fs.makedirs(self._root, exist_ok=True)

    def _write_text(self, path: str, text: str) -> None:
        if self._s3:
            self._fs.pipe_file(path, text.encode())
            return
        # a rename within one folder is atomic, as a put is on S3
        beside = f"{path}.{uuid4().hex}"
        self._fs.makedirs(str(Path(path).parent), exist_ok=True)
        self._fs.pipe_file(beside, text.encode())
        Path(beside).replace(path)

    def _write(self, path: str, local: IO[bytes]) -> None:
        if not self._s3:
            self._fs.makedirs(str(Path(path).parent), exist_ok=True)
        with self._fs.open(path, "wb") as remote:
            shutil.copyfileobj(local, cast("IO[bytes]", remote))

    def _read_text(self, path: str) -> str:
        try:
            return cast("bytes", self._fs.cat_file(path)).decode()
        except FileNotFoundError:
            return ""
