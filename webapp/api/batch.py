"""Asks many questions at once, from a file or from pasted text. Knows the API's words for it, no HTTP library's."""

import io
from collections.abc import Generator
from datetime import date as date_
from pathlib import Path
from typing import Any, BinaryIO

from pydantic import Field

from webapp.api.client import ApiClient
from webapp.api.predictions import PredictionRequest
from webapp.api.schema import ApiModel

Source = Path | str
"""A CSV file, or what was pasted of one."""

CHECK_TIMEOUT_SECONDS = 60
CSV_HEADERS: dict[str, Any] = {"headers": {"Content-Type": "text/csv"}, "timeout": CHECK_TIMEOUT_SECONDS}


class RowFault(ApiModel):
    """What is wrong with a row, from 1: the API's word for the reason (`code`), and its sentence."""

    row: int
    field: str
    sent: str | None = None
    code: str | None = None
    message: str


class UnderstoodRow(PredictionRequest):
    """What a row asks."""

    date: date_ | None = Field(None, alias="Date")
    seen_in_training: bool


class SampleRow(ApiModel):
    """A row as it was sent, by column, and as it was understood (None: it has a fault)."""

    row: int
    sent: dict[str, str]
    understood: UnderstoodRow | None = None


class BatchCheck(ApiModel):
    """What a batch would meet: how many rows, how many with a fault, the first faults and the first rows."""

    rows: int
    bad_rows: int
    faults: tuple[RowFault, ...]
    more_faults: int
    sample: tuple[SampleRow, ...]


def check_batch(api: ApiClient, source: Source) -> BatchCheck:
    """Have every row looked at; nothing is predicted. Raises ApiError."""
    with _open_source(source) as content:
        return api.request(BatchCheck, "POST", "/predict/batch/check", content=content, **CSV_HEADERS)


def predict_batch(api: ApiClient, source: Source, into: Path) -> Generator[int, None, None]:
    """Ask for every row and write the answers, as the API words them in CSV, to a file that holds whole lines only.

    Yields how many rows have been answered, and so are stored, as the answers come. Raises ApiError, after which the
    file holds what came before. Whoever stops early closes the iterator; the API then stops too.
    """
    rows, rest = -1, b""  # the header is no row
    with (
        _open_source(source) as content,
        into.open("wb", buffering=0) as out,
        api.stream("POST", "/predict/batch", content=content, **CSV_HEADERS) as response,
    ):
        for piece in response.iter_bytes():
            lines, newline, rest = (rest + piece).rpartition(b"\n")
            out.write(lines + newline)
            rows += lines.count(b"\n") + len(newline)
            yield max(rows, 0)


def count_rows(answers: Path) -> int:
    """How many rows such a file holds."""
    with answers.open("rb") as lines:
        return max(sum(1 for _ in lines) - 1, 0)


def _open_source(source: Source) -> BinaryIO:
    return io.BytesIO(source.encode()) if isinstance(source, str) else source.open("rb")
