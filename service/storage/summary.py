"""A summary of the history over time: over which span, in which steps, and how its parts add up; pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Literal

from service.errors import BadInputError, FieldError
from service.prediction.schemas import Summary, SummaryItem
from service.storage.queries import Filters, utc

MAX_DAYS = 400
_DEFAULT_DAYS = 30
_HOURLY_DAYS = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1)}
Tally = Iterable[Mapping[str, Any]]
"""What was predicted within a step, by `model_version`: its `count`, `total`, `minimum` and `maximum`, in units."""


@dataclass(frozen=True)
class Span:
    """From a moment to another, in UTC."""

    since: datetime
    until: datetime
    step: Literal["day", "hour"]

    def steps(self) -> Iterator[tuple[datetime, datetime, datetime]]:
        """Start of each day or hour, and from when to when it lies inside the span; newest last."""
        start = _start(self.since, _STEPS[self.step])
        while start < self.until:
            end = start + _STEPS[self.step]
            yield start, max(start, self.since), min(end, self.until)
            start = end


def span(filters: Filters, now: datetime) -> Span:
    """What is asked for: where the filters say no less, the thirty days of which `now` is in the last.

    Raises:
        BadInputError: it is longer than 400 days.
    """
    until = utc(filters.until) if filters.until else _start(now, _STEPS["hour"]) + _STEPS["hour"]
    since = utc(filters.since) if filters.since else _thirty_days_before(until)
    if until - since > timedelta(days=MAX_DAYS):
        raise BadInputError([FieldError("since", f"lies more than {MAX_DAYS} days before the end: ask for less")])
    return Span(since, until, "hour" if until - since <= timedelta(days=_HOURLY_DAYS) else "day")


def summed(asked: Span, tallies: Iterable[tuple[datetime, Tally]]) -> Summary:
    """The summary of a span, by what was tallied in each of its steps."""
    items, versions = [], Counter[str]()
    for start, tally in tallies:
        groups = list(tally)
        versions.update({group["model_version"]: group["count"] for group in groups})
        if groups:
            items.append(_item(start, groups))
    return Summary(step=asked.step, since=asked.since, until=asked.until, items=items, versions=dict(versions))


def _item(start: datetime, groups: list[Mapping[str, Any]]) -> SummaryItem:
    count = sum(group["count"] for group in groups)
    return SummaryItem(
        start=start,
        count=count,
        mean=sum(group["total"] for group in groups) / count,
        minimum=min(group["minimum"] for group in groups),
        maximum=max(group["maximum"] for group in groups),
    )


def _start(moment: datetime, step: timedelta) -> datetime:
    return moment - (moment - _EPOCH) % step


def _thirty_days_before(until: datetime) -> datetime:
    last = _start(until - timedelta(microseconds=1), _STEPS["day"]) if until > _EPOCH else _EPOCH
    return max(_EPOCH, last - timedelta(days=_DEFAULT_DAYS - 1))
