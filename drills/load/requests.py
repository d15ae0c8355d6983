"""The requests of the load: kinds of day, alone and in batches, and dates that no two clients share."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, cycle
from typing import NamedTuple

from drills.load.connection import post

CODES = [(day, season, holiday) for day in range(1, 8) for season in range(1, 5) for holiday in (0, 1)]
_FIELDS = ("DayOfWeek", "Season", "Holiday")
_EPOCH = date(1970, 1, 1)
_BATCH_ROWS = 20


class LoadRequest(NamedTuple):
    """The bytes of a request. With an idempotency key it may be sent again."""

    content: bytes
    has_idempotency_key: bool = False


def single_requests() -> Iterator[LoadRequest]:
    """Yield every kind of day, over and over."""
    bodies = [json.dumps(dict(zip(_FIELDS, codes, strict=True))).encode() for codes in CODES]
    return cycle([LoadRequest(post("/predict/", body)) for body in bodies])


def idempotent_requests(client: int, clients: int, first_day: int = 0) -> Iterator[LoadRequest]:
    """Yield requests for dates that no other client uses, each with an idempotency key of its own.

    `first_day` is the first date in days after 1970-01-01.
    """
    for day in count(first_day + client, clients):
        body = json.dumps({"Date": (_EPOCH + timedelta(days=day)).isoformat()}).encode()
        yield LoadRequest(post("/predict/", body, Idempotency_Key=f"drill-{day}"), has_idempotency_key=True)


def batch_requests() -> Iterator[LoadRequest]:
    """Yield the same batch of rows, over and over."""
    body = json.dumps([dict(zip(_FIELDS, codes, strict=True)) for codes in CODES[:_BATCH_ROWS]]).encode()
    return cycle([LoadRequest(post("/predict/batch", body))])
