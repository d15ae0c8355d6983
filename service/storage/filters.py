"""Which predictions a page, an export or a summary is about; knows no SQL."""

from dataclasses import dataclass
from datetime import UTC, datetime

_FIRST_TIME = datetime(1970, 1, 1, tzinfo=UTC)  # no id is older
_LAST_TIME = datetime(9999, 1, 1, tzinfo=UTC)  # later times overflow in Python


@dataclass(frozen=True)
class Filters:
    """Criteria of stored predictions; None means any."""

    since: datetime | None = None
    """Made at or after this moment; UTC if it has no zone."""
    until: datetime | None = None
    """Made before this moment."""
    day_of_week: int | None = None
    season: int | None = None
    holiday: int | None = None
    model_version: str | None = None


def to_utc(moment: datetime) -> datetime:
    """Convert to UTC (assumed if there is no zone), limited to the range of ids."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware, _FIRST_TIME), _LAST_TIME).astimezone(UTC)
