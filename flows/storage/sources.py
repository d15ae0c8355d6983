"""Fetches a source file to this machine. Knows addresses, not what is in the file."""

import hashlib
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, cast
from urllib.parse import unquote, urlsplit

import fsspec

from flows.errors import CurableError

SCHEMES = ("http", "https", "s3")
HIDDEN_QUERY = "?…"
NAME_LENGTH = 100
SILENCE_SECONDS = 30
SERVERS_FAULT = 500


class SourceError(CurableError):
    """The source cannot be had; the message says what to do."""


def fetch(source: str, folder: Path, s3_options: dict[str, object]) -> Path:
    """Return a local file with the source's content: the file itself, or a copy in `folder`.

    Raises SourceError when it is missing, refused or of an unknown kind.
    """
    parts = urlsplit(source)
    if parts.scheme in SCHEMES:
        # of its own, or a file named as another in the folder would be in its way
        target = folder / "source" / (Path(parts.path).name[-NAME_LENGTH:] or "source")
        target.parent.mkdir(exist_ok=True)
        bring = partial(_from_s3, options=s3_options) if parts.scheme == "s3" else _from_web
        return _brought(source, target, bring)
    path = Path(unquote(parts.path) if parts.scheme == "file" else source)
    if parts.scheme not in ("", "file") and not path.exists():
        raise SourceError(f"{source}: give a local path, or an address with one of {', '.join(SCHEMES)}.")
    return _local(path)


def without_secrets(source: str) -> str:
    """Return an address without its secrets: no password before the host, no signature behind the path."""
    parts = urlsplit(source)
    if parts.scheme not in SCHEMES:
        return source
    return parts._replace(
        netloc=parts.netloc.rpartition("@")[2], query=HIDDEN_QUERY[1:] if parts.query else ""
    ).geturl()


def _local(path: Path) -> Path:
    if path.is_file():
        return path
    what = "is a folder" if path.is_dir() else "does not exist"
    raise SourceError(f"{path.absolute()} {what}: give the path of a CSV or Parquet file (`SOURCE=…`).")


def _brought(source: str, target: Path, bring: Callable[[str, Path], None]) -> Path:
    shown = without_secrets(source)
    try:
        bring(source, target)
    except FileNotFoundError as error:
        raise SourceError(f"{shown} does not exist on its server: check the address (`SOURCE=…`).") from error
    except PermissionError as error:
        raise SourceError(f"{shown} is refused: check AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY.") from error
    return target


def _from_s3(source: str, target: Path, options: dict[str, object]) -> None:
    with fsspec.open(source, "rb", **options) as remote, target.open("wb") as local:
        shutil.copyfileobj(cast("IO[bytes]", remote), local)


def _from_web(source: str, target: Path) -> None:
    """In one stream, as many servers know no ranges; however long it takes, while it does not stand still."""
    from aiohttp import ClientResponseError, ClientTimeout

    patience = ClientTimeout(total=None, sock_connect=SILENCE_SECONDS, sock_read=SILENCE_SECONDS)
    server, address = fsspec.url_to_fs(source, client_kwargs={"timeout": patience})
    try:
        server.get_file(address, str(target))
    except ClientResponseError as error:
        if error.status >= SERVERS_FAULT:
            raise
        where = f"{without_secrets(source)} is refused with status {error.status}"
        raise SourceError(f"{where}: check the address (`SOURCE=…`).") from error


def digest(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
