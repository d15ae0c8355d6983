"""The result of the last watch, read from the tag of the registered model; asks nobody anything."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from service.clients.mlflow_entities import tags_of

WATCH_TAG = "steam_sales.watch"


class DataProblem(BaseModel):
    """Something that is wrong with the newest data."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    code: str = Field(description="the kind of problem, for programs")
    days: int = Field(description="how many days it is about")
    message: str = Field(description="a sentence in English")


class Watch(BaseModel):
    """Whether the model still fits what is sold, as the daily watch found."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    status: Literal["unknown", "quiet", "watching", "alarm"] = Field(
        description="`watching`: half an alarm's limit is reached; `unknown`: no watch yet, or too little to say"
    )
    change: Literal["none", "rise", "fall", "noise"] = Field("none", description="what an alarm is about")
    champion: str | None = Field(None, description="version that was watched")
    checked_at: AwareDatetime | None = Field(None, description="UTC; null before the first watch")
    watched_from: date | None = Field(None, description="first day that is watched")
    last_day: date | None = Field(None, description="last day of it that is known")
    days: int = Field(0, description="how many days were watched")
    level_share: float = Field(0.0, description="sum for the level of sales, as a share of the alarm limit")
    noise_share: float = Field(0.0, description="sum for the scatter of sales, as a share of the alarm limit")
    martingale: float = Field(1.0, description='second opinion: 100 or more contradicts "nothing changed" at 1 %')
    since: date | None = Field(None, description="likeliest first day of the change")
    raised_on: date | None = Field(None, description="day whose sales raised the alarm")
    shift: float | None = Field(None, description="units a day that are sold beyond the predictions since then")
    shift_share: float | None = Field(None, description="the same as a share of the predictions")
    false_alarms_per_year: float | None = Field(None, description="to be expected with these limits")
    reason: str = Field("", description="why nothing could be examined, if so")
    problems: tuple[DataProblem, ...] = Field((), description="what is wrong with the newest data")
    decision: str = Field("", description="what the watch did about it")
    decision_id: str = Field("", description="id of the training that it started; empty if none")


NO_WATCH = Watch(status="unknown", reason="no watch has run yet")


def build_watch(registered_model: Mapping[str, Any]) -> Watch:
    """Read the tag of a registered model. One that cannot be read is as none."""
    text = tags_of(registered_model).get(WATCH_TAG)
    try:
        return Watch.model_validate_json(text) if text else NO_WATCH
    except ValidationError:
        return NO_WATCH
