"""A prediction on its way into the history, light enough to be made at every request; knows no database."""

import logging
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

_log = logging.getLogger(__name__)
_SECOND = 1_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class IdempotencyKey(NamedTuple):
    """An idempotency key, and the caller it belongs to."""

    caller: str
    text: str


class PendingRecord(NamedTuple):
    """A prediction that is not stored yet: its identity, and the columns that it shares with others of its kind."""

    id: str
    """32 hexadecimal digits."""
    created_at: str
    """UTC: `2026-11-23T16:20:00.123456Z`, always with microseconds."""
    fields: Mapping[str, Any]
    """The columns of the table `predictions` by name; ignore its `id`, `created_at` and `trace_id`."""
    trace_id: str | None = None
    """32 hexadecimal digits of the W3C trace that the request belongs to."""
    key: IdempotencyKey | None = None
    """Store the record only if no other has this key."""


def pending(row: Mapping[str, Any], key: IdempotencyKey | None = None) -> PendingRecord:
    """Build the record of a row by its columns; `created_at` is in UTC."""
    created_at = row["created_at"].astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
    return PendingRecord(row["id"].hex, created_at, row, row["trace_id"], key)
