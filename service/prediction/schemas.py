"""What a prediction is: as it is asked, stored and answered. Knows no database, server or model."""

from datetime import UTC, datetime
from datetime import date as date_
from typing import Literal
from uuid import UUID

from sqlalchemy import DateTime, Dialect, Index, TypeDecorator
from sqlmodel import Field, SQLModel


class UtcDateTime(TypeDecorator[datetime]):
    """A moment in UTC: SQLite drops time zones, so they are put back on the way out."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To UTC, whatever zone it came in."""
        utc = value and value.astimezone(UTC)
        return utc.replace(tzinfo=None) if utc and dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - SQLAlchemy's signature
        """With its zone again."""
        return value and (value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC))


class DayCodes(SQLModel):
    """A kind of day, in the codes of the data."""

    DayOfWeek: int = Field(ge=1, le=7, description="1 = Monday to 7 = Sunday")
    Season: int = Field(ge=1, le=4, description="1 = summer, 2 = autumn, 3 = winter, 4 = spring")
    Holiday: int = Field(ge=0, le=1, description="1 on a holiday, else 0")


class PredictionBase(DayCodes):
    """What is said of a prediction, stored or answered."""

    Date: date_ | None = Field(None, description="the date that was asked for, null where codes were")
    prediction: float = Field(description="expected sales, in units")
    model_version: str = Field(description="version of the registered model that computed it")
    seen_in_training: bool = Field(description="whether training ever saw a day of this kind")
    created_at: datetime = Field(description="when it was computed, UTC", sa_type=UtcDateTime)


class StoredPrediction(PredictionBase, table=True):
    """A row of the history. Its id grows with time, so the primary key is also the order of the pages."""

    __tablename__ = "predictions"
    __table_args__ = (
        Index("ix_predictions_inputs", "DayOfWeek", "Season", "Holiday", "id"),
        Index("ix_predictions_version_inputs", "model_version", "DayOfWeek", "Season", "Holiday", "id"),
        {"sqlite_with_rowid": False},
    )

    id: UUID = Field(primary_key=True)
    level: float
    lower: float
    upper: float
    trace_id: str | None = None
    """The W3C trace of the request, 32 hexadecimal digits."""


class StoredKey(SQLModel, table=True):
    """An idempotency key, and the prediction that answers whoever sends it again."""

    __tablename__ = "idempotency_keys"
    __table_args__ = (Index("ix_idempotency_keys_prediction", "prediction_id"),)

    caller: str = Field(primary_key=True)
    """Who sent it: each API key has idempotency keys of its own."""
    key: str = Field(primary_key=True)
    prediction_id: UUID
    """Says by its time how old the key is."""


class Interval(SQLModel):
    """Where sales are expected to fall."""

    level: float = Field(description="share of days that fall inside, 0 to 1")
    lower: float = Field(description="units")
    upper: float = Field(description="units")


class Prediction(PredictionBase):
    """A prediction as it is answered, by POST /predict/ and by the registry alike."""

    id: UUID = Field(description="names it in the registry; ids grow with time")
    interval: Interval
    calendar_warning: str | None = Field(
        None,
        description="why the codes of the `Date` may not be those of the data; null if they are, and in the registry",
    )


class TracedPrediction(Prediction):
    """A prediction whose request belonged to a trace."""

    trace_id: str = Field(default="", description="W3C trace id of its request; absent if the request sent none")


class PredictionPage(SQLModel):
    """A page of the registry, newest first."""

    items: list[Prediction]
    next_cursor: str | None = Field(description="`cursor` of the next page, null on the last one")


class SummaryItem(SQLModel):
    """What was predicted within a day or an hour."""

    start: datetime = Field(description="when the day or the hour begins, UTC")
    count: int = Field(description="predictions", ge=1)
    mean: float = Field(description="their mean, in units")
    minimum: float = Field(description="the least of them, in units")
    maximum: float = Field(description="the largest of them, in units")


class Summary(SQLModel):
    """The registry over time."""

    step: Literal["day", "hour"] = Field(description="what an item stands for: hours where the span is a week at most")
    since: datetime = Field(description="from this moment on, UTC")
    until: datetime = Field(description="before this moment, UTC")
    items: list[SummaryItem] = Field(description="oldest first; a day or hour without predictions has none")
    versions: dict[str, int] = Field(description="how many predictions each version made in the span")
