"""Reads a JSON list of requests: fast if all rows are valid, else row by row to find what is wrong."""

import json
from collections.abc import Sized
from datetime import date as date_
from functools import lru_cache
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType
from pydantic import ValidationError

from service.batches.rows import CheckedRow, CheckedRows
from service.errors import BadInputError, FieldError
from service.prediction.requests import REQUEST_ADAPTER, CodesRequest, DateRequest, parse_request

MAX_ROWS = 10_000
MAX_BYTES = 2 * 2**20
"""About 200 for each row."""


class _Fields(msgspec.Struct, forbid_unknown_fields=True, gc=False):
    DayOfWeek: int | UnsetType = UNSET
    Season: int | UnsetType = UNSET
    Holiday: int | UnsetType = UNSET
    Date: date_ | UnsetType = UNSET


_Values = tuple[int | UnsetType, int | UnsetType, int | UnsetType, date_ | UnsetType]
_NAMES = _Fields.__struct_fields__
_FAST = msgspec.json.Decoder(list[_Fields])
_RAW_ROWS = msgspec.json.Decoder(list[msgspec.Raw])
_RAW_FIELDS = msgspec.json.Decoder(dict[str, msgspec.Raw])
_DECODE_ERRORS = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
_MAX_CACHED_REQUESTS = 8_192
_EXAMPLE = '[{"DayOfWeek": 3, "Season": 1, "Holiday": 0}, {"Date": "2026-12-24"}]'


class _NotPlainError(Exception):
    """The fast way cannot tell what the list says."""


def read_json(body: bytes) -> CheckedRows:
    """Read a JSON list of at most `MAX_ROWS` requests. `CheckedRows.own` has the fields that are no request's.

    Raises:
        BadInputError: the body is no JSON list, or a longer one.
    """
    try:
        return _read_fast(body)
    except (*_DECODE_ERRORS, ValidationError, _NotPlainError):
        return _read_row_by_row(body)


def _read_fast(body: bytes) -> CheckedRows:
    rows = _FAST.decode(body)
    _check_length(rows)
    places: dict[_Values, int] = {}
    row_index = [places.setdefault((r.DayOfWeek, r.Season, r.Holiday, r.Date), len(places)) for r in rows]
    keys = list(places)
    names_in = [len(_NAMES) - values.count(UNSET) for values in keys]
    if sum(map(names_in.__getitem__, row_index)) != body.count(b":"):
        raise _NotPlainError  # a name was sent twice in a row, and the decoder kept the last one
    return CheckedRows([_request(values) for values in keys], row_index, lambda place: _by_name(keys[place]))


def _by_name(values: _Values) -> dict[str, Any]:
    return {name: value for name, value in zip(_NAMES, values, strict=True) if value is not UNSET}


@lru_cache(_MAX_CACHED_REQUESTS)
def _request(values: _Values) -> CodesRequest | DateRequest:
    return REQUEST_ADAPTER.validate_python(_by_name(values))


def _read_row_by_row(body: bytes) -> CheckedRows:
    try:
        raw_rows = _RAW_ROWS.decode(body)
    except _DECODE_ERRORS as error:
        message = f"is not a JSON list ({error}): send {_EXAMPLE}"
        raise BadInputError([FieldError("body", message, code="form")]) from None
    _check_length(raw_rows)
    split = [_split_own(bytes(row)) for row in raw_rows]
    places: dict[bytes, int] = {}
    row_index = [places.setdefault(fields, len(places)) for fields, _ in split]
    keys = list(places)
    own = [own for _, own in split]
    return CheckedRows(
        list(map(_check, keys)), row_index, lambda place: _decode_object(keys[place]), own if any(own) else None
    )


def _split_own(row: bytes) -> tuple[bytes, dict[str, msgspec.Raw]]:
    """Return the JSON of a row with the fields of a request only, and the other fields; `row` itself if it is bad."""
    try:
        fields = _RAW_FIELDS.decode(row)
    except _DECODE_ERRORS:
        return row, {}
    if len(fields) != len(json.loads(row, object_pairs_hook=list)):  # a name was sent twice
        return row, {}
    own = {name: value for name, value in fields.items() if name not in _NAMES}
    return msgspec.json.encode({name: value for name, value in fields.items() if name in _NAMES}), own


def _check(row: bytes) -> CheckedRow:
    try:
        return parse_request(row)
    except BadInputError as error:
        return tuple(error.errors)


def _decode_object(row: bytes) -> dict[str, Any]:
    try:
        value = msgspec.json.decode(row)
    except _DECODE_ERRORS:
        value = None
    return value if isinstance(value, dict) else {}


def _check_length(rows: Sized) -> None:
    if len(rows) > MAX_ROWS:
        raise BadInputError([FieldError("body", f"has more than {MAX_ROWS} rows: send text/csv", code="too-long")])
