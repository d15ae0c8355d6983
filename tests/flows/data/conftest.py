"""A small clean table, the ways to write it as a file, and a place for what comes out."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

COLUMNS = ("Date", "DayOfWeek", "Season", "Holiday", "Sales")
Row = tuple[object, ...]
Give = Callable[[str | bytes], Path]
AsCsv = Callable[..., str]
REAL = Path(__file__).parents[4] / "shared/data/steam_selling_games.csv"


def _day(day: date, number: int) -> Row:
    weekday = day.isoweekday()
    season = {0: 3, 1: 4, 2: 1, 3: 2}[day.month // 3 % 4]
    return day, weekday, season, int(weekday == 7), 1000 + 400 * weekday + 37 * number % 211


@pytest.fixture(scope="session")
def rows() -> list[Row]:
    """400 days from 2023-01-01, a Sunday; every Sales has four digits."""
    return [_day(date(2023, 1, 1) + timedelta(n), n) for n in range(400)]


@pytest.fixture(scope="session")
def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=list(COLUMNS), orient="row")


@pytest.fixture
def give(tmp_path: Path) -> Give:
    """Writes a source file and gives its path."""

    def write(content: str | bytes) -> Path:
        source = tmp_path / "source.csv"
        source.write_bytes(content.encode() if isinstance(content, str) else content)
        return source

    return write


@pytest.fixture
def out(tmp_path: Path) -> Path:
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture(scope="session")
def real() -> Path:
    if not REAL.exists():
        pytest.skip("the real file is not beside this clone")
    return REAL


@pytest.fixture(scope="session")
def as_csv(rows: list[Row]) -> AsCsv:
    """The table as CSV: `spell` maps a column to how its values are written, `places` a (row, column) to a text."""

    def text(
        header: Iterable[str] = COLUMNS,
        separator: str = ",",
        end: str = "\n",
        spell: dict[str, Callable[..., object]] | None = None,
        places: dict[tuple[int, str], object] | None = None,
    ) -> str:
        lines = [separator.join(header)]
        for number, row in enumerate(rows):
            cells = dict(zip(COLUMNS, row, strict=True))
            for column, write in (spell or {}).items():
                cells[column] = write(cells[column])
            # row 2 of a file is its first day
            cells |= {column: value for (place, column), value in (places or {}).items() if place == number + 2}
            lines.append(separator.join(map(str, cells.values())))
        return end.join(lines) + end

    return text
