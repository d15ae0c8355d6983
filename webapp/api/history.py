"""Reads the stored predictions. Knows the API's words for it, no HTTP library."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date as date_
from typing import Literal

from pydantic import AwareDatetime, Field

from webapp.api.client import ApiClient
from webapp.api.predictions import Prediction
from webapp.api.schema import ApiModel

Params = Mapping[str, str]
"""Filters, in the API's words."""


class StoredPrediction(Prediction):
    """A prediction as it is stored; `date` is None where a kind of day was asked for."""

    date: date_ | None = Field(None, alias="Date")


class HistoryPage(ApiModel):
    """Stored predictions, newest first, and where the next page starts (None at the end)."""

    items: tuple[StoredPrediction, ...]
    next_cursor: str | None


class SummaryItem(ApiModel):
    """What was answered within a day or an hour: how often, and sales in units."""

    start: AwareDatetime
    count: int
    mean: float
    minimum: float
    maximum: float


class Summary(ApiModel):
    """The history over time, oldest first; days and hours in which nothing was asked are left out."""

    step: Literal["day", "hour"]
    since: AwareDatetime
    until: AwareDatetime
    items: tuple[SummaryItem, ...]


def get_history(api: ApiClient, limit: int, cursor: str | None = None, filters: Params | None = None) -> HistoryPage:
    """Read up to `limit` stored predictions, newest first, from `cursor` on. Raises ApiError."""
    params = {**(filters or {}), "limit": str(limit)} | ({"cursor": cursor} if cursor else {})
    return api.request(HistoryPage, "GET", "/registry/", params=params)


def get_summary(api: ApiClient, filters: Params) -> Summary:
    """Read how many were asked over time, and what was answered. Raises ApiError, of kind BAD_INPUT over 400 days."""
    return api.request(Summary, "GET", "/registry/summary", params=dict(filters))


@contextmanager
def stream_export(api: ApiClient, form: str, filters: Params) -> Iterator[Iterator[bytes]]:
    """All of them as a file (`csv` or `ndjson`), piece by piece as it comes. Raises ApiError, also on the way."""
    with api.stream("GET", "/registry/export", params={**filters, "format": form}) as response:
        yield response.iter_bytes()
