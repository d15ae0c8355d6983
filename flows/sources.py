"""Brings a source file to this machine. Knows addresses, not what is in the file."""

import hashlib
import shutil
from pathlib import Path
from typing import IO, cast
from urllib.parse import urlsplit

import fsspec

from flows.errors import CurableError

SCHEMES = ("http", "https", "s3")


class SourceError(CurableError):
    """The source cannot be had; the message says what to do."""


def fetch(source: str, folder: Path, s3_options: dict[str, object]) -> Path:
    """Return a local file with the source's content: the file itself, or a copy in `folder`.

    Raises SourceError when it is missing, refused or of an unknown kind.
    """
    parts = urlsplit(source)
    if parts.scheme in SCHEMES:
        return _download(source, folder, s3_options if parts.scheme == "s3" else {})
    path = Path(parts.path if parts.scheme == "file" else source)
    if parts.scheme not in ("", "file") and not path.exists():
        raise SourceError(f"{source}: give a local path, or an address with one of {', '.join(SCHEMES)}.")
    return _local(path)


def _local(path: Path) -> Path:
    if path.is_file():
        return path
    what = "is a folder" if path.is_dir() else "does not exist"
    raise SourceError(f"{path.absolute()} {what}: give the path of a CSV or Parquet file (`SOURCE=…`).")


def _download(source: str, folder: Path, options: dict[str, object]) -> Path:
    target = folder / (Path(urlsplit(source).path).name or "source")
    try:
        with fsspec.open(source, "rb", **options) as remote, target.open("wb") as local:
            shutil.copyfileobj(cast("IO[bytes]", remote), local)
    except FileNotFoundError as error:
        raise SourceError(f"{source} does not exist on its server: check the address (`SOURCE=…`).") from error
    except PermissionError as error:
        raise SourceError(f"{source} is refused: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.") from error
    return target


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
