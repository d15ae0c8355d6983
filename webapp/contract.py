"""What the API answers, as far as the page reads it (docs/contracts.md). Knows no HTTP."""

from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field


class _Answer(BaseModel):
    # The API may grow fields that the page does not know yet.
    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)


class Question(_Answer):
    """A kind of day, in the codes of the data: weekday 1 to 7 from Monday, season 1 to 4 from summer."""

    weekday: int = Field(alias="DayOfWeek")
    season: int = Field(alias="Season")
    holiday: int = Field(alias="Holiday")


class Interval(_Answer):
    """Limits in units, and the share of days that fall between them (0 to 1)."""

    level: float = Field(gt=0, lt=1)
    lower: float
    upper: float


class Prediction(Question):
    """One stored prediction, in units, with the kind of day it was asked for."""

    id: UUID
    prediction: float
    interval: Interval
    model_version: str
    seen_in_training: bool
    created_at: AwareDatetime


class HistoryPage(_Answer):
    """Stored predictions, newest first, and where the next page starts (None at the end)."""

    items: tuple[Prediction, ...]
    next_cursor: str | None


class Champion(_Answer):
    """The model that serves now."""

    version: str
    trained_at: AwareDatetime
