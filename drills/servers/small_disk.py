"""A small tmpfs that a drill fills completely and frees again. Mounting it needs root."""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

_CHUNK_BYTES = 2**16


@dataclass(frozen=True)
class SmallDisk:
    """A file system mounted at `folder`."""

    folder: Path

    def fill(self) -> None:
        """Fill it to the last byte."""
        with suppress(OSError), self._ballast.open("wb", buffering=0) as filler:
            while filler.write(bytes(_CHUNK_BYTES)):
                pass

    def free(self) -> None:
        """Free the space again."""
        self._ballast.unlink(missing_ok=True)

    @property
    def _ballast(self) -> Path:
        return self.folder / "filler"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[SmallDisk | None]:
    """Mount a disk at a new folder during the block. Yields None if mounting is not permitted."""
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    mounted = os.getuid() == 0 and subprocess.run(command, check=False, capture_output=True).returncode == 0
    try:
        yield SmallDisk(folder) if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
