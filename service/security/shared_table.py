"""A moment for each of many names, in a table of fixed size that several processes may share; knows no clock.

A lock of the file, which the system takes back from whoever is killed, lets one process at a time read and write.
"""

import fcntl
import math
import mmap
import os
import sys
from hashlib import blake2b
from pathlib import Path
from struct import Struct
from typing import NamedTuple, Self

_ENTRY = Struct("=Qd")
"""What a name comes to, 0 for none, and its moment."""
_PLACES = 16_384
_NEAR = 8
_BYTES = _PLACES * _ENTRY.size


class Slot(NamedTuple):
    """Where a name stands, or may stand."""

    offset: int
    digest: int


class SharedTable:
    """Use it as a context manager: inside, no other process changes it."""

    def __init__(self, shared: Path | None = None) -> None:
        """`shared` is the file of the table, made if it is not there; without one it is this process's own."""
        # Open for as long as the process lives: a lock is given back with the file.
        self._file = os.open(shared, os.O_RDWR | os.O_CREAT, 0o600) if shared else None
        if self._file is not None:
            os.truncate(self._file, _BYTES)
        self._table = mmap.mmap(-1 if self._file is None else self._file, _BYTES)

    def __enter__(self) -> Self:
        """Wait for the turn of this process."""
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        return self

    def __exit__(self, *_: object) -> None:
        """End it."""
        if self._file is not None:
            fcntl.lockf(self._file, fcntl.LOCK_UN)

    def find(self, name: str) -> tuple[Slot, float]:
        """Where to keep a name's moment, and the moment kept; minus infinity where none is.

        A name for which there is no room takes the place of that of its neighbours whose moment is the earliest.
        """
        digest = int.from_bytes(blake2b(name.encode(), digest_size=8).digest(), sys.byteorder) or 1
        earliest, where = math.inf, 0
        for step in range(_NEAR):
            offset = (digest + step) % _PLACES * _ENTRY.size
            whose, moment = _ENTRY.unpack_from(self._table, offset)
            if whose == digest:
                return Slot(offset, digest), moment
            if whose == 0:
                return Slot(offset, digest), -math.inf
            if moment < earliest:
                earliest, where = moment, offset
        return Slot(where, digest), -math.inf

    def put(self, place: Slot, moment: float) -> None:
        """Put a moment where `find_key` said."""
        _ENTRY.pack_into(self._table, place.offset, place.digest, moment)
