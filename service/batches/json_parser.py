"""Reads a JSON list of questions: quickly where all is well; where it is not, `questions` says what is wrong."""

import json
from collections.abc import Sized
from datetime import date as date_
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import TypeAdapter, ValidationError

from service.batches.predict import Asked
from service.batches.rows import Judged, Verdict
from service.errors import BadInputError, FieldError
from service.prediction.requests import (
    MAX_ERRORS,
    REQUEST_ADAPTER,
    CodesRequest,
    DateRequest,
    PredictionRequest,
    field_errors,
    parse_request,
    repeated_names,
)

MAX_ROWS = 10_000
MAX_BYTES = 2 * 2**20
"""Two hundred for each row, laid out as generously as one likes."""


class _Row(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    DayOfWeek: int | UnsetType = UNSET
    Season: int | UnsetType = UNSET
    Holiday: int | UnsetType = UNSET
    Date: date_ | UnsetType = UNSET


_Key = tuple[int | UnsetType, int | UnsetType, int | UnsetType, date_ | UnsetType]
_RAW = msgspec.json.Decoder(list[msgspec.Raw])
_FAST = msgspec.json.Decoder(list[_Row])
_SLOW: TypeAdapter[list[CodesRequest | DateRequest]] = TypeAdapter(list[PredictionRequest])
_KNOWN_ROWS = 8_192
_FIELDS = len(_Row.__struct_fields__)
_EXAMPLE = '[{"DayOfWeek": 3, "Season": 1, "Holiday": 0}, {"Date": "2026-12-24"}]'


def read_json(body: bytes) -> Asked:
    """The questions in a JSON list of at most `MAX_ROWS`.

    Raises:
        BadInputError: names rows, from 1, and fields that are wrong, at most the first twenty.
    """
    try:
        rows = _FAST.decode(body)
        _refuse_too_many(rows)
        asked = _distinct([(row.DayOfWeek, row.Season, row.Holiday, row.Date) for row in rows], body.count(b":"))
        return asked or _slowly(body)
    except (msgspec.DecodeError, ValidationError, UnicodeDecodeError, RecursionError):
        return _slowly(body)


def judged_json(body: bytes) -> Judged:
    """The rows of such a list, whatever they are.

    Raises:
        BadInputError: it is no JSON list, or of more than `MAX_ROWS`.
    """
    try:
        rows = [bytes(raw) for raw in _RAW.decode(body)]
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadInputError([FieldError("body", f"is no JSON list: {error}", code="form")]) from None
    _refuse_too_many(rows)
    index: dict[bytes, int] = {}
    which = [index.setdefault(row, len(index)) for row in rows]
    rows = list(index)
    return Judged([_verdict(row) for row in rows], lambda kind: _sent(rows[kind]), which)


def _refuse_too_many(rows: Sized) -> None:
    if len(rows) > MAX_ROWS:
        raise BadInputError([FieldError("body", f"has more than {MAX_ROWS} rows: send text/csv", code="too-long")])


def _verdict(row: bytes) -> Verdict:
    try:
        return parse_request(row)
    except BadInputError as error:
        return tuple(error.errors)


def _sent(row: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(row)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = None
    return value if isinstance(value, dict) else {}


def _distinct(keys: list[_Key], colons: int) -> Asked | None:
    """None where more names than these were sent: one of them twice, of which only the last was read."""
    index: dict[_Key, int] = {}
    which = [index.setdefault(key, len(index)) for key in keys]
    named = [_FIELDS - key.count(UNSET) for key in index]
    if sum(map(named.__getitem__, which)) != colons:
        return None
    return Asked([_question(key) for key in index], which)


@lru_cache(_KNOWN_ROWS)
def _question(key: _Key) -> CodesRequest | DateRequest:
    sent = {name: value for name, value in zip(_Row.__struct_fields__, key, strict=True) if value is not UNSET}
    return REQUEST_ADAPTER.validate_python(sent)


def _slowly(body: bytes) -> Asked:
    try:
        questions = _SLOW.validate_json(body)
    except ValidationError as error:
        raise BadInputError(field_errors(error, _EXAMPLE)) from None
    _refuse_too_many(questions)
    rows = json.loads(body, object_pairs_hook=list)
    if faults := [fault for number, pairs in enumerate(rows, 1) for fault in repeated_names(pairs, number)]:
        raise BadInputError(faults[:MAX_ERRORS])
    return Asked(questions, range(len(questions)))
