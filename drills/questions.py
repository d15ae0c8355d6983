"""What the clients of a drill ask: kinds of day, alone and in batches, and dates that no two requests share."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import count, cycle
from typing import NamedTuple

from drills.asking import post

CODES = [(day, season, holiday) for day in range(1, 8) for season in range(1, 5) for holiday in (0, 1)]
_NAMES = ("DayOfWeek", "Season", "Holiday")
_FIRST_DATE = date(1970, 1, 1)
_BATCH = 20


class Question(NamedTuple):
    """A request, and whether it may be sent again: it carries an idempotency key."""

    request: bytes
    keyed: bool = False


def plain() -> Iterator[Question]:
    """Every kind of day, one after the other."""
    bodies = [json.dumps(dict(zip(_NAMES, codes, strict=True))).encode() for codes in CODES]
    return cycle([Question(post("/predict/", body)) for body in bodies])


def keyed(number: int, of: int, above: int = 0) -> Iterator[Question]:
    """Dates with an idempotency key each; client `number` of `of` has dates that no other has."""
    for place in count(above + number, of):
        body = json.dumps({"Date": (_FIRST_DATE + timedelta(days=place)).isoformat()}).encode()
        yield Question(post("/predict/", body, Idempotency_Key=f"drill-{place}"), keyed=True)


def batches() -> Iterator[Question]:
    """Many kinds of day at once."""
    body = json.dumps([dict(zip(_NAMES, codes, strict=True)) for codes in CODES[:_BATCH]]).encode()
    return cycle([Question(post("/predict/batch", body))])
