"""Save a bucket as a tar on stdout, or restore it from stdin: `python -m infra.compose.archive save|load BUCKET`."""

import shutil
import sys
import tarfile
from collections.abc import Iterator
from tempfile import TemporaryFile
from typing import IO, Any

from infra.compose.buckets import connect
from infra.compose.settings import S3


def list_keys(client: Any, bucket: str) -> Iterator[str]:
    """Yield the keys of all objects, in order."""
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket):
        yield from (one["Key"] for one in page.get("Contents", []))


def save(client: Any, bucket: str, out: IO[bytes]) -> int:
    """Write every object to a tar and return their number.

    Objects that appear meanwhile are added until there is no new one. An object that refers to others is written to the
    bucket after them, so everything that an object in the tar refers to is in the tar as well.
    """
    saved: set[str] = set()
    with tarfile.open(fileobj=out, mode="w|") as tar:
        while new := [key for key in list_keys(client, bucket) if key not in saved]:
            for key in new:
                _add(client, bucket, key, tar)
            saved.update(new)
    return len(saved)


def _add(client: Any, bucket: str, key: str, tar: tarfile.TarFile) -> None:
    with TemporaryFile() as file:
        client.download_fileobj(bucket, key, file)
        member = tarfile.TarInfo(key)
        member.size = file.tell()
        file.seek(0)
        tar.addfile(member, file)


def load(client: Any, bucket: str, source: IO[bytes]) -> int:
    """Upload every object of a tar, delete all others, and return the number of objects."""
    loaded: set[str] = set()
    with tarfile.open(fileobj=source, mode="r|") as tar:
        for member in tar:
            _put(client, bucket, member.name, tar.extractfile(member))
            loaded.add(member.name)
    for key in [key for key in list_keys(client, bucket) if key not in loaded]:
        client.delete_object(Bucket=bucket, Key=key)
    return len(loaded)


def _put(client: Any, bucket: str, key: str, content: IO[bytes] | None) -> None:
    # a retried upload reads its content again, which a stream does not allow
    with TemporaryFile() as file:
        if content:
            shutil.copyfileobj(content, file)
        file.seek(0)
        client.upload_fileobj(file, bucket, key)


def main() -> None:
    """Run the command and print the number of objects to stderr."""
    command, bucket = sys.argv[1:]
    client = connect(S3.read())
    number = save(client, bucket, sys.stdout.buffer) if command == "save" else load(client, bucket, sys.stdin.buffer)
    sys.stderr.write(f"{bucket}: {number} objects\n")


if __name__ == "__main__":
    main()
