"""A number for each of many names, in a table of fixed size that several processes may share. Knows no clock.

A lock on the file, which the system releases when a process is killed, lets one process at a time read and write.
"""

import fcntl
import math
import mmap
import os
import sys
from functools import lru_cache
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import NamedTuple

_ENTRY = Struct("=Qd")
"""The digest of a name, 0 for a free slot, and its number."""
_SLOTS = 16_384
_NEIGHBOURS = 8
_BYTES = _SLOTS * _ENTRY.size


class Slot(NamedTuple):
    """Where a name's number stands, or may be put."""

    offset: int
    digest: int


class SharedTable:
    """Use it as a context manager, and call `find` and `put` only inside, where the lock was taken."""

    def __init__(self, shared: Path | None = None) -> None:
        """Open the file of the table, or make it; without one the table belongs to this process alone."""
        # Open for as long as the process lives: the system releases the lock with the file.
        self._file = os.open(shared, os.O_RDWR | os.O_CREAT, 0o600) if shared else None
        if self._file is not None:
            os.truncate(self._file, _BYTES)
        self._table = mmap.mmap(-1 if self._file is None else self._file, _BYTES)

    def __enter__(self) -> bool:
        """Take the lock and return True, or return False if another process has it. Never waits."""
        self._locked = self._file is None or _try_lock(self._file)
        return self._locked

    def __exit__(self, *_: object) -> None:
        """Release the lock."""
        if self._file is not None and self._locked:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def find(self, name: str) -> tuple[Slot, float]:
        """Return the slot of a name, and its number; minus infinity if it has none.

        If the neighbourhood is full, the slot is that of the smallest number: `put` evicts it.
        """
        digest = _digest(name)
        smallest, where = math.inf, 0
        for step in range(_NEIGHBOURS):
            offset = (digest + step) % _SLOTS * _ENTRY.size
            owner, number = _ENTRY.unpack_from(self._table, offset)
            if owner == digest:
                return Slot(offset, digest), number
            if owner == 0:
                return Slot(offset, digest), -math.inf
            if number < smallest:
                smallest, where = number, offset
        return Slot(where, digest), -math.inf

    def put(self, slot: Slot, number: float) -> None:
        """Write a number into a slot that `find` returned."""
        _ENTRY.pack_into(self._table, slot.offset, slot.digest, number)


@lru_cache(4_096)
def _digest(name: str) -> int:
    return int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), sys.byteorder) or 1


def _try_lock(file: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
