"""Reading by itself, without what comes after it."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import NamedTuple

import polars as pl
import pytest

from flows.data.options import Options
from flows.data.reading.read import read
from flows.data.reporting.report import FileFormat
from flows.data.table import ParsedTable

CASES = Path(__file__).parents[3] / "cases/files"


class Parsed(NamedTuple):
    """What reading makes of a file."""

    rows: pl.DataFrame
    table: ParsedTable
    form: FileFormat

    @property
    def days(self) -> dict[date, float]:
        """Sales by day."""
        return dict(self.rows.group_by("Date").agg(pl.col("Sales").sum()).sort("Date").iter_rows())

    @property
    def notices(self) -> dict[str, str]:
        """The sentence of each decision."""
        return {notice.code: notice.message for notice in self.form.notices}


Parse = Callable[..., Parsed]


@pytest.fixture
def parse(tmp_path: Path) -> Parse:
    """Reads a file, or a text as CSV."""

    def run(source: Path | str, **options: object) -> Parsed:
        if isinstance(source, str):
            path = tmp_path / "source.csv"
            path.write_text(source, encoding="utf-8")
            source = path
        scratch = tmp_path / "scratch"
        scratch.mkdir(exist_ok=True)
        table, form = read(source, scratch, Options.model_validate(options), lambda _: None)
        return Parsed(table.rows.collect(), table, form)

    return run
