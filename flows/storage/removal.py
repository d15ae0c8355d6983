"""Deletes the files of a data version one by one. Knows fsspec, not what the files are."""

from contextlib import suppress

from fsspec import AbstractFileSystem


def delete_files(fs: AbstractFileSystem, folder: str, last: str) -> list[str]:
    """Delete every file below `folder`, the file `last` at the end; return the paths that are still there.

    One request per file: some S3 servers do not understand a request for many, and s3fs hides its errors.
    """
    for path in _files_below(fs, folder):
        if path != last:
            _delete(fs, path)
    remaining = [path for path in _files_below(fs, folder) if path != last]
    if not remaining:
        _delete(fs, last)
    return _files_below(fs, folder)


def _delete(fs: AbstractFileSystem, path: str) -> None:
    # a refusal shows in what is still there afterwards; an absent file is as good as a deleted one
    with suppress(PermissionError, FileNotFoundError):
        fs.rm_file(path)


def _files_below(fs: AbstractFileSystem, folder: str) -> list[str]:
    return sorted(str(path) for path in fs.find(folder))
