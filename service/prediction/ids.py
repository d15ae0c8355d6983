"""Names of stored predictions: UUIDs of version 7 (RFC 9562), so that their order is the order of time."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from os import urandom
from random import getrandbits
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_VERSION = 7 << 76
_VARIANT = 2 << 62
_RANDOM = (1 << 62) - 1
_VARIANTS = bytes(0x80 | byte & 0x3F for byte in range(256))
"""Of each byte, what it is as the first of the lower half of an id."""


def first_id(moment: datetime) -> UUID:
    """The smallest id that a prediction made at `moment` (aware) can have.

    48 bits of milliseconds, then the microseconds in 12 bits (method 3 of section 6.2).
    """
    milliseconds, rest = divmod((moment - _EPOCH) // _MICROSECOND, 1000)
    return UUID(int=(milliseconds << 80) | _VERSION | ((rest * 4096 // 1000) << 64) | _VARIANT)


def new_id(moment: datetime) -> UUID:
    """An id for a prediction made at `moment`; no two are equal, in whatever process they are made."""
    return UUID(hex=new_id_hex((moment - _EPOCH) // _MICROSECOND))


def new_id_hex(microseconds: int) -> str:
    """The same for so many microseconds since 1970, as 32 hexadecimal digits."""
    milliseconds, rest = divmod(microseconds, 1000)
    # A name, not a secret: the system's own randomness costs ten times as much.
    random = getrandbits(62)
    return f"{milliseconds << 16 | 0x7000 | rest * 4096 // 1000:016x}{_VARIANT | random:016x}"


def new_ids(moment: datetime, count: int) -> list[str]:
    """Ids for predictions made together at `moment`, ascending, each as 32 hexadecimal digits."""
    if not count:
        return []
    time, rest = f"{first_id(moment).int >> 64:016x}", bytearray(urandom(8 * count))
    rest[::8] = rest[::8].translate(_VARIANTS)
    return list(map(time.__add__, sorted(rest.hex("-", 8).split("-"))))


def consecutive_ids(moment: datetime, count: int) -> list[str]:
    """The same, each one more than the one before: of the first and their number, all are known."""
    start = first_id(moment).int & ~_RANDOM | getrandbits(61)  # with room above for any number
    return [f"{start + number:032x}" for number in range(count)]


def to_uuid_strings(ids: Sequence[str]) -> list[str]:
    """Such ids of one moment, which are the same in their first half, as they are written."""
    if not ids:
        return []
    time = ids[0]
    half = f"{time[:8]}-{time[8:12]}-{time[12:16]}-"
    return [f"{half}{name[16:20]}-{name[20:]}" for name in ids]
