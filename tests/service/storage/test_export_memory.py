"""An export holds one part of the history at a time, however long the history is."""

import asyncio
import tracemalloc
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from domain.calendar import ALL_CODES
from service.prediction.batch import Batch, UniqueRows
from service.prediction.export import csv_chunks, ndjson_chunks
from service.prediction.ids import new_ids
from service.prediction.predict import Row
from service.storage.filters import Filters
from service.storage.history import History
from tests.service.storage.test_history_pages import NOW, kind, opened

Form = Callable[[list[Row], AsyncIterator[list[Row]]], AsyncIterator[str]]


async def exported(history: History, form: Form) -> tuple[int, int]:
    """How many lines an export has, and the most memory that it took at any moment, in bytes."""
    lines, pages = 0, history.iterate_pages(Filters())
    tracemalloc.start()
    async for text in form(await anext(pages), pages):
        lines += text.count("\n")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return lines, peak


async def more(history: History, rows: int) -> None:
    """Store some."""
    kinds = [kind(codes, "1") for codes in ALL_CODES]
    which = [number % len(kinds) for number in range(rows)]
    await history.add_batch(Batch(UniqueRows(kinds), which, new_ids(NOW, rows), NOW))


@pytest.mark.parametrize(("form", "headers"), [(csv_chunks, 1), (ndjson_chunks, 0)])
def test_eight_times_as_many_rows_take_no_more_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, form: Form, headers: int
) -> None:
    monkeypatch.setattr("service.storage.reader._EXPORT_PAGE_ROWS", 200)

    async def scenario() -> None:
        async with opened(f"sqlite:///{tmp_path / 'history.db'}") as history:
            await more(history, 800)
            await exported(history, form)  # what is made once, and kept
            lines, small = await exported(history, form)
            await more(history, 5_600)
            all_lines, large = await exported(history, form)
            assert (lines, all_lines) == (800 + headers, 6_400 + headers)
            assert large < 1.5 * small

    asyncio.run(scenario())
