"""What is asked of the history, as statements; pure, and the same for SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import ColumnElement, Select, func, select

from service.ids import first_id
from service.models import StoredPrediction

TABLE = StoredPrediction.metadata.tables["predictions"]
INSERT = TABLE.insert()
KEYS = StoredPrediction.metadata.tables["idempotency_keys"]


class Key(NamedTuple):
    """An idempotency key, and whose it is."""

    caller: str
    text: str


_FIRST = datetime(1970, 1, 1, tzinfo=UTC)  # no id is older, and none can be made
_LAST = datetime(9999, 1, 1, tzinfo=UTC)  # past it, Python has no room to reckon


@dataclass(frozen=True)
class Filters:
    """Which predictions; None where it does not matter."""

    since: datetime | None = None
    """Made at or after this moment; UTC if it says no zone."""
    until: datetime | None = None
    """Made before this moment."""
    day_of_week: int | None = None
    season: int | None = None
    holiday: int | None = None
    model_version: str | None = None


def page(filters: Filters, before: UUID | None, limit: int) -> Select[Any]:
    """At most `limit` rows, newest first, older than the id `before`.

    Ids follow time, so both the place of a page and the limits in time are ranges of the primary key.
    """
    return select(TABLE).where(*_conditions(filters, before)).order_by(TABLE.c.id.desc()).limit(limit)


def tally(filters: Filters) -> Select[Any]:
    """For each version: how many were predicted, their sum, the least and the most."""
    units, version = TABLE.c.prediction, TABLE.c.model_version
    return (
        select(
            version,
            func.count().label("count"),
            func.sum(units).label("total"),
            func.min(units).label("minimum"),
            func.max(units).label("maximum"),
        )
        .where(*_conditions(filters, None))
        .group_by(version)
    )


def one(name: UUID) -> Select[Any]:
    """The row of this id."""
    return select(TABLE).where(TABLE.c.id == name)


def by_key(key: Key) -> Select[Any]:
    """The row that answered this idempotency key."""
    return (
        select(TABLE)
        .join(KEYS, KEYS.c.prediction_id == TABLE.c.id)
        .where(KEYS.c.caller == key.caller, KEYS.c.key == key.text)
    )


def _conditions(filters: Filters, before: UUID | None) -> list[ColumnElement[bool]]:
    identity = TABLE.c.id
    equal = {
        "DayOfWeek": filters.day_of_week,
        "Season": filters.season,
        "Holiday": filters.holiday,
        "model_version": filters.model_version,
    }
    conditions = [TABLE.c[name] == value for name, value in equal.items() if value is not None]
    if filters.since:
        conditions.append(identity >= first_id(utc(filters.since)))
    if filters.until:
        conditions.append(identity < first_id(utc(filters.until)))
    if before:
        conditions.append(identity < before)
    return conditions


def utc(moment: datetime) -> datetime:
    """A moment in UTC, which it is taken for if it says no zone, and within what an id can say."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware, _FIRST), _LAST).astimezone(UTC)
