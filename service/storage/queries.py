"""The SQL statements of the history; pure, and the same for SQLite and PostgreSQL."""

from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Delete, Select, delete, func, select, tuple_

from service.prediction.ids import first_id
from service.prediction.record import IdempotencyKey
from service.storage.filters import Filters, to_utc
from service.storage.index_ranges import CODES, CONDITIONS, select_newest
from service.storage.tables import IDEMPOTENCY_KEYS as KEYS
from service.storage.tables import PREDICTIONS


def select_page(filters: Filters, before: UUID | None, limit: int) -> Select[Any]:
    """Select at most `limit` rows, newest first, older than the id `before`.

    Ids follow time, so the position of a page and the limits in time are ranges of ids: in the primary key, or in an
    index for each kind of day in question. A page is merged from these ranges, so its cost does not grow with the
    history.
    """
    pages = select(PREDICTIONS).order_by(PREDICTIONS.c.id.desc()).limit(limit)
    criteria = _criteria(filters, before)
    named = len(CODES.keys() & criteria.keys())
    if named == len(CODES) or not (named or filters.model_version):
        return pages.where(*_conditions(criteria))
    return pages.where(select_newest(PREDICTIONS, criteria, limit))


def select_totals(filters: Filters) -> Select[Any]:
    """Select for each version the number of predictions, their sum, minimum and maximum."""
    units, version = PREDICTIONS.c.prediction, PREDICTIONS.c.model_version
    return (
        select(
            version,
            func.count().label("count"),
            func.sum(units).label("total"),
            func.min(units).label("minimum"),
            func.max(units).label("maximum"),
        )
        .where(*_conditions(_criteria(filters, None)))
        .group_by(version)
    )


def select_by_id(prediction_id: UUID) -> Select[Any]:
    """Select the row with this id."""
    return select(PREDICTIONS).where(PREDICTIONS.c.id == prediction_id)


def select_by_key(key: IdempotencyKey, oldest: UUID) -> Select[Any]:
    """Select the row stored with this idempotency key, unless its id is smaller than `oldest`."""
    return (
        select(PREDICTIONS)
        .join(KEYS, KEYS.c.prediction_id == PREDICTIONS.c.id)
        .where(
            KEYS.c.caller == key.caller,
            KEYS.c.key == key.text,
            KEYS.c.prediction_id >= oldest,
        )
    )


def select_consecutive(first: UUID, limit: int) -> Select[Any]:
    """Select the rows with consecutive ids from `first` on, oldest first: at most `limit` and one more."""
    last = UUID(int=first.int + limit)
    return select(PREDICTIONS).where(PREDICTIONS.c.id >= first, PREDICTIONS.c.id <= last).order_by(PREDICTIONS.c.id)


def delete_expired(key: IdempotencyKey, oldest: UUID) -> Delete:
    """Delete this key if its prediction is older than `oldest`."""
    return delete(KEYS).where(
        KEYS.c.caller == key.caller,
        KEYS.c.key == key.text,
        KEYS.c.prediction_id < oldest,
    )


def delete_some_expired(oldest: UUID, limit: int) -> Delete:
    """Delete at most `limit` keys whose prediction is older than `oldest`; skip those that others are deleting."""
    primary_key = (KEYS.c.caller, KEYS.c.key)
    old = select(*primary_key).where(KEYS.c.prediction_id < oldest).order_by(KEYS.c.prediction_id).limit(limit)
    return delete(KEYS).where(tuple_(*primary_key).in_(old.with_for_update(skip_locked=True)))


def _criteria(filters: Filters, before: UUID | None) -> dict[str, Any]:
    """Return the criteria that are set, by the names in `index_ranges.CONDITIONS`."""
    everything = {
        "DayOfWeek": filters.day_of_week,
        "Season": filters.season,
        "Holiday": filters.holiday,
        "model_version": filters.model_version,
        "since": filters.since and first_id(to_utc(filters.since)),
        "until": filters.until and first_id(to_utc(filters.until)),
        "before": before,
    }
    return {name: value for name, value in everything.items() if value is not None}


def _conditions(criteria: dict[str, Any]) -> list[ColumnElement[bool]]:
    named = ((*CONDITIONS[name], value) for name, value in criteria.items())
    return [PREDICTIONS.c[column].bool_op(sign)(value) for column, sign, value in named]
