"""Versions of the data in one bucket or folder, and which is current. The only module here that knows S3."""

import shutil
from contextlib import suppress
from datetime import UTC, date, datetime
from pathlib import Path
from typing import IO, cast
from uuid import uuid4

import fsspec
import polars as pl
from pydantic import BaseModel, ConfigDict, ValidationError

from domain.calendar import CalendarFit
from flows.errors import CurableError
from flows.storage.removal import delete_files
from flows.storage.retention import Dated

MANIFEST = "manifest.json"
POINTER = "current.json"
MOMENT = "%Y%m%dT%H%M%SZ"  # how the name of a version begins


class StorageError(CurableError):
    """The store lacks what is needed; the message says what to do."""


class Manifest(BaseModel):
    """What a version is made of. Digests are SHA-256 in hex, times UTC.

    `source` is shown without secrets; `read_at` is when it was read last, also if nothing had changed. `calendar` is
    the rule that the data follows, None for a version made before there were rules. `removing` marks a version that
    `DataStore.remove` is deleting: nobody may use it any more.
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
    removing: bool = False

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
        self._write_manifest(manifest)
        return self.switch(manifest.version, by)

    def switch(self, version: str, by: str) -> Pointer:
        """Make an existing version the current one. Idempotent. Raises StorageError if there is no such version."""
        self.manifest(version)
        before = self.pointer()
        if before and before.version == version:
            # a call that is tried again after the pointer was written: the first one knew what was before
            return before
        pointer = Pointer(
            version=version,
            switched_at=datetime.now(UTC),
            switched_by=by,
            previous=before.version if before else None,
        )
        self._point(pointer)
        if not self._is_usable(version):
            # `remove` began in between: it writes its mark and then reads the pointer, this is the other way round
            if before:
                self._point(before)
            raise StorageError(f"Version {version} of the data is old and being removed: choose another one.")
        return pointer

    def note_read(self, version: str, at: datetime) -> None:
        """Record that the source of a version was read again and had not changed."""
        self._write_manifest(self.manifest(version).model_copy(update={"read_at": at}))

    def _point(self, pointer: Pointer) -> None:
        self._write_text(f"{self._root}/{POINTER}", pointer.model_dump_json(indent=2))

    def remove(self, version: str) -> bool:
        """Delete a version, or what is left of one. Return False and keep it if it is the current one.

        The manifest goes last. Raises StorageError if the server keeps files; the next call tries again.
        """
        manifest = self._read_manifest(version)
        if manifest:
            self._write_manifest(manifest.model_copy(update={"removing": True}))
        pointer = self.pointer()
        if pointer and pointer.version == version:
            if manifest:
                self._write_manifest(manifest)
            return False
        self._delete(version, manifest)
        return True

    def _delete(self, version: str, manifest: Manifest | None) -> None:
        folder = f"{self._root}/versions/{version}"
        remaining = delete_files(self._fs, folder, last=self._path(version, MANIFEST))
        names = {Path(path).name for path in remaining}
        if manifest and names >= {MANIFEST, *manifest.files}:
            # nothing was deleted, so the version may be used again
            self._write_manifest(manifest)
        if names:
            raise StorageError(
                f"The server refuses to delete {len(names)} files of version {version} of the data "
                f"({', '.join(sorted(names))}): give the user the right to delete objects (s3:DeleteObject)."
            )
        if not self._s3 and self._fs.exists(folder):
            self._fs.rm(folder, recursive=True)

    def _is_usable(self, version: str) -> bool:
        manifest = self._read_manifest(version)
        return manifest is not None and not manifest.removing

    def _read_manifest(self, version: str) -> Manifest | None:
        # what cannot be read is no version, but a leftover
        with suppress(ValidationError):
            return Manifest.model_validate_json(self._read_text(self._path(version, MANIFEST)))
        return None

    def _write_manifest(self, manifest: Manifest) -> None:
        self._write_text(self._path(manifest.version, MANIFEST), manifest.model_dump_json(indent=2))

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
        manifest = self._read_manifest(version)
        if manifest is None or manifest.removing:
            known = ", ".join(self.versions()) or "none"
            raise StorageError(f"There is no version {version} of the data: choose one of {known}.")
        return manifest

    def versions(self) -> list[str]:
        """Return the complete versions, oldest first."""
        return [manifest.version for manifest in self._manifests()]

    def _manifests(self) -> list[Manifest]:
        names = sorted(Path(path).parent.name for path in self._fs.glob(f"{self._root}/versions/*/{MANIFEST}"))
        found = map(self._read_manifest, names)
        return [manifest for manifest in found if manifest and not manifest.removing]

    def ages(self) -> list[Dated]:
        """Return the complete versions with their ages."""
        return [Dated(manifest.version, manifest.created_at) for manifest in self._manifests()]

    def leftovers(self) -> list[Dated]:
        """Return what is left of incomplete versions, by the time in their name. Ignores names that are not ours.

        A prefix without an object does not count: SeaweedFS lists one after its last object was deleted.
        """
        folder = f"{self._root}/versions/"
        names = {str(path).removeprefix(folder).split("/")[0] for path in self._fs.find(folder)} - set(self.versions())
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
        """Create a folder. A bucket is not created: it would have no versioning, and its name may be mistyped."""
        if not self._s3:
            self._fs.makedirs(self._root, exist_ok=True)
            return
        bucket = self._root.partition("/")[0]
        try:
            self._fs.call_s3("head_bucket", Bucket=bucket)
        except FileNotFoundError as error:
            raise StorageError(
                f"There is no bucket {bucket}: correct DATA_URL, or create the bucket with versioning, "
                "then run this again."
            ) from error

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
