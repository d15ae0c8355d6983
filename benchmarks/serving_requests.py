"""The kinds of request that `benchmarks.serving` sends: what differs between requests, and what each carries."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import NamedTuple

API_KEY = "benchmark-key-of-no-use-elsewhere"
DAYS = 3_360


class Kind(NamedTuple):
    """A kind of request."""

    name: str
    body: str = "codes"
    """`codes`: 28 kinds of day; `dates`: 3,360 days; `frame`: as MLflow takes it."""
    guarded: bool = False
    """Whether it carries an API key, and goes to the server with keys, a rate limit and traces."""
    trace: bool = False
    idempotent: bool = False

    def head(self, url: str) -> str:
        """The request line, and the headers that are the same each time."""
        host, _, path = url.removeprefix("http://").partition("/")
        lines = [f"POST /{path} HTTP/1.1", f"Host: {host}", "Content-Type: application/json"]
        key = [f"Authorization: Bearer {API_KEY}"] if self.guarded else []
        return "\r\n".join([*lines, *key, ""])

    @property
    def headers(self) -> str:
        """A format that is filled with (seed, n, seed, n, n); empty if the requests differ in bodies alone."""
        if not (self.trace or self.idempotent):
            return ""
        key = "Idempotency-Key: %d-%d\r\n" if self.idempotent else "X-Request-Id: %d-%d\r\n"
        trace = "traceparent: 00-%08x%024x-%016x-01\r\n" if self.trace else "X-Unused: %d-%d-%d\r\n"
        return key + trace


KINDS = {
    kind.name: kind
    for kind in (
        Kind("distinct bodies"),
        Kind("distinct dates", "dates"),
        Kind("key, rate limit", guarded=True),
        Kind("traceparent", trace=True),
        Kind("Idempotency-Key", idempotent=True),
        Kind("all of these", "dates", guarded=True, trace=True, idempotent=True),
        Kind("frame", "frame"),
    )
}


def bodies(kind: Kind) -> list[str]:
    """The bodies that requests of a kind take turns with."""
    if kind.body == "dates":
        return [json.dumps({"Date": str(date(2024, 1, 1) + timedelta(days=n))}) for n in range(DAYS)]
    codes = [(day, season, int(day == 7)) for day in range(1, 8) for season in range(1, 5)]
    names = ("DayOfWeek", "Season", "Holiday")
    if kind.body == "frame":
        return [json.dumps({"dataframe_split": {"columns": names, "data": [row]}}) for row in codes]
    return [json.dumps(dict(zip(names, row, strict=True))) for row in codes]
