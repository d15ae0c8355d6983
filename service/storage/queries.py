"""What is asked of the history, as statements; pure, and the same for SQLite and PostgreSQL."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Select, delete, func, select, tuple_

from service.prediction.ids import first_id
from service.prediction.record import IdempotencyKey
from service.prediction.schemas import StoredPrediction
from service.storage.index_ranges import CODES, CONDITIONS, newest

TABLE = StoredPrediction.metadata.tables["predictions"]
KEYS = StoredPrediction.metadata.tables["idempotency_keys"]


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


def select_page(filters: Filters, before: UUID | None, limit: int) -> Select[Any]:
    """At most `limit` rows, newest first, older than the id `before`.

    Ids follow time, so the place of a page and the limits in time are ranges of ids: of the primary key, or of an
    index for each kind of day that is asked for. A page is merged from those, and costs the same in any history.
    """
    pages = select(TABLE).order_by(TABLE.c.id.desc()).limit(limit)
    asked = _asked(filters, before)
    named = len(CODES.keys() & asked.keys())
    if named == len(CODES) or not (named or filters.model_version):
        return pages.where(*_conditions(asked))
    return pages.where(newest(TABLE, asked, limit))


def select_totals(filters: Filters) -> Select[Any]:
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
        .where(*_conditions(_asked(filters, None)))
        .group_by(version)
    )


def select_one(name: UUID) -> Select[Any]:
    """The row of this id."""
    return select(TABLE).where(TABLE.c.id == name)


def select_by_key(key: IdempotencyKey, oldest: UUID) -> Select[Any]:
    """The row that answered this idempotency key, if its id is no smaller than `oldest`."""
    return (
        select(TABLE)
        .join(KEYS, KEYS.c.prediction_id == TABLE.c.id)
        .where(KEYS.c.caller == key.caller, KEYS.c.key == key.text, KEYS.c.prediction_id >= oldest)
    )


def select_consecutive(first: UUID, most: int) -> Select[Any]:
    """The rows whose ids follow one another from the first on, oldest first, at most so many and one more."""
    last = UUID(int=first.int + most)
    return select(TABLE).where(TABLE.c.id >= first, TABLE.c.id <= last).order_by(TABLE.c.id)


def delete_expired(key: IdempotencyKey, oldest: UUID) -> Delete:
    """Make room for this key, if what it answered is older than `oldest`."""
    return delete(KEYS).where(KEYS.c.caller == key.caller, KEYS.c.key == key.text, KEYS.c.prediction_id < oldest)


def delete_some_expired(oldest: UUID, limit: int) -> Delete:
    """Make room for at most `limit` keys whose answer is older than `oldest`; those that others forget are passed."""
    named = (KEYS.c.caller, KEYS.c.key)
    old = select(*named).where(KEYS.c.prediction_id < oldest).order_by(KEYS.c.prediction_id).limit(limit)
    return delete(KEYS).where(tuple_(*named).in_(old.with_for_update(skip_locked=True)))


def _asked(filters: Filters, before: UUID | None) -> dict[str, Any]:
    """What is asked for, by the names in `ranges.CONDITIONS`."""
    everything = {
        "DayOfWeek": filters.day_of_week,
        "Season": filters.season,
        "Holiday": filters.holiday,
        "model_version": filters.model_version,
        "since": filters.since and first_id(utc(filters.since)),
        "until": filters.until and first_id(utc(filters.until)),
        "before": before,
    }
    return {name: value for name, value in everything.items() if value is not None}


def _conditions(asked: dict[str, Any]) -> list[ColumnElement[bool]]:
    named = ((*CONDITIONS[name], value) for name, value in asked.items())
    return [TABLE.c[column].bool_op(sign)(value) for column, sign, value in named]


def utc(moment: datetime) -> datetime:
    """A moment in UTC, which it is taken for if it says no zone, and within what an id can say."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(aware, _FIRST), _LAST).astimezone(UTC)
