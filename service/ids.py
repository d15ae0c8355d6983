"""Names of stored predictions: UUIDs of version 7 (RFC 9562), so that their order is the order of time."""

from datetime import UTC, datetime, timedelta
from secrets import randbits
from uuid import UUID

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_VERSION = 7 << 76
_VARIANT = 2 << 62


def first_id(moment: datetime) -> UUID:
    """The smallest id that a prediction made at `moment` (aware) can have.

    48 bits of milliseconds, then the microseconds in 12 bits (method 3 of section 6.2).
    """
    milliseconds, rest = divmod((moment - _EPOCH) // _MICROSECOND, 1000)
    return UUID(int=(milliseconds << 80) | _VERSION | ((rest * 4096 // 1000) << 64) | _VARIANT)


def new_id(moment: datetime) -> UUID:
    """An id for a prediction made at `moment`; no two are equal, in whatever process they are made."""
    return UUID(int=first_id(moment).int | randbits(62))
