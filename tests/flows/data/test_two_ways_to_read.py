"""The quick way of reading gives what the careful way gives, or gives up."""

from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dialect.columns import Request
from domain.dialect.layout import find_layout
from flows.data.options import Options
from flows.data.reading.careful_reader import read_carefully
from flows.data.reading.encoding import look
from flows.data.reading.fast_reader import read_fast
from flows.data.reading.interpretation import interpret
from flows.data.reading.raw_text import csv_texts
from flows.data.schema import COLUMNS
from flows.data.table import ParsedTable

ODD = st.sampled_from(["", " 3", "03", "+4", "8", "0", "x", "5.0", "1e2", "-1", '"2"', "99999999999", "1 "])
DATES = st.dates(date(2019, 1, 1), date(2025, 1, 1)).map(str)
ODD_DATES = st.sampled_from(["", "2024-2-3", " 2024-02-03", "20240203", "1970-01-01", "2024-02-30", "2024-02-03T10"])
PLAIN = (DATES, *(st.integers(low, high).map(str) for low, high in ((1, 7), (1, 4), (0, 1), (1, 9999))))
# a row as we write it but for one value
ROW = st.integers(0, 4).flatmap(
    lambda odd: st.tuples(*((ODD_DATES if odd == 0 else ODD) if at == odd else plain for at, plain in enumerate(PLAIN)))
)
OPTIONS = Options(today=date(2024, 12, 24))


def carefully(source: Path) -> ParsedTable:
    layout = find_layout(look(source).text, Request())
    texts = csv_texts(source, layout, COLUMNS)
    return read_carefully(COLUMNS, layout, interpret(texts, COLUMNS, layout, None, OPTIONS), None, OPTIONS)


def fast(source: Path, folder: Path | None) -> ParsedTable | None:
    return read_fast(source, find_layout(look(source).text, Request()), COLUMNS, folder, OPTIONS)


@pytest.mark.parametrize("in_memory", [False, True], ids=["on disk", "in memory"])
@settings(deadline=None, max_examples=100)
@given(rows=st.lists(st.tuples(*PLAIN) | ROW, min_size=1, max_size=3))
def test_both_ways_agree(in_memory: bool, rows: list[tuple[str, ...]]) -> None:
    with TemporaryDirectory() as folder:
        source = Path(folder) / "source.csv"
        source.write_text("".join(f"{','.join(row)}\n" for row in [COLUMNS, *rows]), encoding="utf-8")
        quick = fast(source, None if in_memory else Path(folder))
        if quick is None:
            return
        careful = carefully(source)
        assert careful.rows_bad == careful.rows_blank == 0
        assert quick.rows.collect().rows() == careful.rows.collect().rows()
        assert quick.cells.rows() == careful.cells.rows()


def test_a_clean_file_takes_the_quick_way(frame: pl.DataFrame, tmp_path: Path) -> None:
    frame.write_csv(tmp_path / "source.csv")
    quick = fast(tmp_path / "source.csv", None)
    assert quick is not None
    assert quick.rows.select(COLUMNS).collect().rows() == frame.rows()
