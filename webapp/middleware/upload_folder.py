"""The private folder for uploads and results, and the check that a path stays inside it. Imports no framework."""

import os
import re
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from threading import Lock
from urllib.parse import unquote

OWNER_ONLY = 0o700
MAX_DECODINGS = 4
"""How often a path may be percent-encoded before it is refused."""

# Gradio names the folder of an upload by the SHA-256 of its content.
_UPLOAD = re.compile(r"[0-9a-f]{64}/[^/]+")
_FORBIDDEN = re.compile(r"[\x00-\x1f\x7f\\]")

_lock = Lock()
_running: set[object] = set()
"""A token for each page that runs: tests run several in one process."""


def upload_folder() -> Path:
    """Return the folder of this process, and point Gradio at it.

    The first call makes it, in the system's temporary folder, for its owner only. Call this before Gradio is imported:
    Gradio takes the folder from its environment, for all pages of a process, and would otherwise use one that all
    users of the machine share.
    """
    folder = _create_once()
    os.environ["GRADIO_TEMP_DIR"] = str(folder)
    return folder


@cache
def _create_once() -> Path:
    return Path(mkdtemp(prefix="steam-sales-page-")).resolve()


@contextmanager
def open_folder(folder: Path) -> Iterator[None]:
    """Keep the folder while a page runs, and delete it with its files when the last page of the process stops."""
    page = object()
    with _lock:
        make_private(folder)
        _running.add(page)
    try:
        yield
    finally:
        with _lock:
            _running.remove(page)
            if not _running:
                rmtree(folder, ignore_errors=True)


def make_private(folder: Path) -> None:
    """Make the folder if it is missing. Raises PermissionError if others may enter it or another user owns it."""
    folder.mkdir(mode=OWNER_ONLY, exist_ok=True)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise PermissionError(f"{folder} is open to others: delete it and start the page again")


def is_inside(folder: Path, reference: object) -> bool:
    """Return whether a reference from outside is the absolute path of a place for a file inside the folder.

    Symbolic links count for what they point to. A path that is inside only as long as nobody decodes it is outside.
    A file need not exist; a folder, a device and anything else that is no regular file count as outside.
    """
    return isinstance(reference, str) and all(_stays_inside(folder, form) for form in _decode(reference))


def is_upload(folder: Path, reference: object) -> bool:
    """Return whether a reference is inside the folder, and there in the place of an upload, not of a result."""
    if not (isinstance(reference, str) and is_inside(folder, reference)):
        return False
    return bool(_UPLOAD.fullmatch(reference.removeprefix(f"{folder}/")))


def _decode(reference: str) -> Iterator[str]:
    """Yield the reference and what it becomes each time it is percent-decoded; then "" if that takes too long."""
    for _ in range(MAX_DECODINGS):
        yield reference
        decoded = unquote(reference)
        if decoded == reference:
            return
        reference = decoded
    yield ""


def _stays_inside(folder: Path, reference: str) -> bool:
    path = Path(reference)
    if _FORBIDDEN.search(reference) or not path.is_absolute() or ".." in path.parts:
        return False
    try:
        resolved = path.resolve()
        regular = resolved.is_file() or not resolved.exists()
    except (OSError, ValueError, RuntimeError):  # too long, not encodable, links in a circle
        return False
    return regular and resolved != folder and resolved.is_relative_to(folder)
