"""Summaries of the history over time: the span, its steps, and the sums; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from service.errors import BadInputError, FieldError
from service.prediction.schemas import Summary, SummaryItem
from service.storage.filters import Filters, to_utc

MAX_DAYS = 400
DEFAULT_DAYS = 30
MAX_HOURLY_DAYS = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
VersionTotals = Iterable[Mapping[str, Any]]
"""Totals of a step, one for each `model_version`: `count`, `total`, `minimum` and `maximum`, in units."""


@dataclass(frozen=True)
class Span:
    """A time range in UTC, divided into days or hours."""

    since: datetime
    until: datetime
    step: Literal["day", "hour"]

    def steps(self) -> Iterator[tuple[datetime, datetime, datetime]]:
        """Yield the start of each day or hour and the limits of its part inside the span, oldest first."""
        start = _floor(self.since, _STEPS[self.step])
        while start < self.until:
            end = start + _STEPS[self.step]
            yield start, max(start, self.since), min(end, self.until)
            start = end


def requested_span(filters: Filters, now: datetime) -> Span:
    """Return the span of the filters; by default the 30 days that end today (`now`).

    Raises:
        BadInputError: the span is longer than 400 days.
    """
    until = to_utc(filters.until) if filters.until else _floor(now, _STEPS["hour"]) + _STEPS["hour"]
    since = to_utc(filters.since) if filters.since else _thirty_days_before(until)
    if until - since > timedelta(days=MAX_DAYS):
        raise BadInputError(
            [FieldError("since", f"lies more than {MAX_DAYS} days before the end: choose a shorter span")]
        )
    return Span(since, until, "hour" if until - since <= timedelta(days=MAX_HOURLY_DAYS) else "day")


def build_summary(span: Span, totals: Iterable[tuple[datetime, VersionTotals]]) -> Summary:
    """Build the summary of a span from the totals of each of its steps."""
    items, versions = [], Counter[str]()
    for start, step_totals in totals:
        groups = list(step_totals)
        versions.update({group["model_version"]: group["count"] for group in groups})
        if groups:
            items.append(_item(start, groups))
    return Summary(step=span.step, since=span.since, until=span.until, items=items, versions=dict(versions))


def _item(start: datetime, groups: list[Mapping[str, Any]]) -> SummaryItem:
    count = sum(group["count"] for group in groups)
    return SummaryItem(
        start=start,
        count=count,
        mean=sum(group["total"] for group in groups) / count,
        minimum=min(group["minimum"] for group in groups),
        maximum=max(group["maximum"] for group in groups),
    )


def _floor(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % step


def _thirty_days_before(until: datetime) -> datetime:
    last = _floor(until - timedelta(microseconds=1), _STEPS["day"]) if until > _EPOCH else _EPOCH
    return max(_EPOCH, last - timedelta(days=DEFAULT_DAYS - 1))
