"""Fetches a table that a person sent to the API: the source `upload:ID/NAME`. Its key goes to that API and no other."""

import re
from http import HTTPStatus
from pathlib import Path
from typing import NamedTuple

import httpx

from flows.storage.sources import SILENCE_SECONDS, SourceError

_UPLOAD = re.compile(r"upload:(?P<id>[\w-]{20,64})/(?P<name>[^./\\\0][^/\\\0]{0,99})")
_REFUSED = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN}


class UploadServer(NamedTuple):
    """The API that holds the files, and the key that it wants."""

    url: str
    key: str | None


class UploadServerError(ConnectionError):
    """The API did not answer; another attempt may help."""


def is_upload(source: str) -> bool:
    """Whether a source is a table that was sent to the API."""
    return source.startswith("upload:")


def fetch_upload(source: str, folder: Path, server: UploadServer) -> Path:
    """Return a copy in `folder` of the file that `source` names.

    Raises:
        SourceError: the API has no such file, or refuses the key.
        UploadServerError: the API does not answer.
    """
    match = _UPLOAD.fullmatch(source)
    if match is None:
        raise SourceError(f"{source[:100]}: a table that was uploaded is named upload:ID/NAME.")
    target = folder / "source" / match["name"]
    target.parent.mkdir(exist_ok=True)
    headers = {"Authorization": f"Bearer {server.key}"} if server.key else {}
    address = f"{server.url.rstrip('/')}/data/files/{match['id']}"
    try:
        # trust_env=False: a proxy set for the internet must not see the key
        with httpx.stream("GET", address, headers=headers, timeout=SILENCE_SECONDS, trust_env=False) as answer:
            _check(answer, match["name"], server.url)
            with target.open("wb") as out:
                for part in answer.iter_raw():
                    out.write(part)
    except httpx.TransportError as error:
        raise UploadServerError(f"The API at {server.url} does not answer: start it, or correct API_URL") from error
    return target


def _check(answer: httpx.Response, name: str, url: str) -> None:
    if answer.status_code in _REFUSED:
        raise SourceError(
            f"The API at {url} refuses the worker: set API_KEY of the worker to a key with the scope admin."
        )
    if answer.status_code == HTTPStatus.NOT_FOUND:
        raise SourceError(f"The table {name} is not stored any more: upload it again on the page Data.")
    if not answer.is_success:
        raise UploadServerError(f"The API at {url} answers with status {answer.status_code}")
