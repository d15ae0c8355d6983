"""Which versions of model and data, and which MLflow runs, are old enough to go. Knows dates and numbers, no server."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple

from pydantic import Field

from flows.parameters import FlowParameters


class Keep(FlowParameters):
    """What stays in any case; what is beyond all of it may go."""

    days: int = Field(90, ge=1, description="Everything younger than so many days stays.")
    versions: int = Field(20, ge=1, description="So many newest versions of model and data stay.")
    champions: int = Field(10, ge=1, description="So many versions that served last stay.")


class Dated(NamedTuple):
    """Something with a name and an age; `data_version` is what a version of the model learned from."""

    name: str
    created_at: datetime
    data_version: str = ""


def too_old(found: Iterable[Dated], keep: Keep, now: datetime, needed: Collection[str]) -> list[Dated]:
    """Oldest first: those past the days that are neither among the newest nor needed by name."""
    oldest_first = sorted(found, key=lambda one: one.created_at)
    limit = now - timedelta(days=keep.days)
    return [one for one in oldest_first[: -keep.versions] if one.created_at < limit and one.name not in needed]


def needed_data(models: Iterable[Dated], current: str | None, previous: str | None) -> set[str]:
    """The versions of the data that are in use, were just before, or that one of these models learned from."""
    return {version for version in (current, previous, *(model.data_version for model in models)) if version}
