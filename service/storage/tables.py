"""The tables of the history, as SQLAlchemy describes them; the migrations must lead to exactly these."""

from datetime import UTC, datetime

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    TypeDecorator,
    Uuid,
)

METADATA = MetaData()


class UtcDateTime(TypeDecorator[datetime]):
    """A time in UTC. SQLite drops time zones, so they are added again when a row is read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert any time zone to UTC."""
        utc = value and value.astimezone(UTC)
        return utc.replace(tzinfo=None) if utc and dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """Add the time zone that SQLite dropped."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


PREDICTIONS = Table(
    "predictions",
    METADATA,
    Column("id", Uuid, primary_key=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("DayOfWeek", Integer, nullable=False),
    Column("Season", Integer, nullable=False),
    Column("Holiday", Integer, nullable=False),
    Column("Date", Date),
    Column("prediction", Float, nullable=False),
    Column("level", Float, nullable=False),
    Column("lower", Float, nullable=False),
    Column("upper", Float, nullable=False),
    Column("model_version", String, nullable=False),
    Column("seen_in_training", Boolean, nullable=False),
    Column("trace_id", String),
    Index("ix_predictions_inputs", "DayOfWeek", "Season", "Holiday", "id"),
    Index("ix_predictions_version_inputs", "model_version", "DayOfWeek", "Season", "Holiday", "id"),
    sqlite_with_rowid=False,
)
"""Ids grow with time, so the primary key is also the order of the pages."""

IDEMPOTENCY_KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("caller", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("prediction_id", Uuid, nullable=False),
    Index("ix_idempotency_keys_prediction", "prediction_id"),
)
"""Each caller has keys of its own. The time in `prediction_id` is also the age of the key."""
