"""Rows packed into few bytes come back as they were."""

from datetime import date

import polars as pl
import pytest

from flows.data.cells import cells_of
from flows.data.splitting.packed_rows import pack_rows, unpack_rows
from flows.data.table import ROW_SCHEMA, ParsedTable, no_faults

EVERY_INPUT = [(weekday, season, holiday) for weekday in range(1, 8) for season in range(1, 5) for holiday in (0, 1)]


def clean(days: list[date], sales: list[float], rows: list[int | None]) -> ParsedTable:
    """A row for each day and sale, of every possible input in turn."""
    inputs = [EVERY_INPUT[number % len(EVERY_INPUT)] for number in range(len(days))]
    table = pl.DataFrame(
        [(row, day, *codes, sale) for row, day, codes, sale in zip(rows, days, inputs, sales, strict=True)],
        schema=dict(zip(ROW_SCHEMA, [pl.UInt32, pl.Date, pl.Int8, pl.Int8, pl.Int8, pl.Float64], strict=True)),
        orient="row",
    )
    return ParsedTable(table.lazy(), cells_of(table.lazy()), no_faults(), rows_read=len(days))


@pytest.mark.parametrize(
    ("day", "sale", "row", "size"),
    [
        (date(2024, 2, 29), 255, 2, 8),
        (date(2024, 2, 29), 65_535, 4_000_000_000, 9),
        (date(2024, 2, 29), 65_536, None, 11),
        (date(2059, 9, 19), 2**32, 2, 17),
        (date(2059, 9, 18), 0.1, 2, 15),
        (date(1901, 1, 1), 1e12, 2, 15),
    ],
)
def test_a_row_comes_back_from_the_bytes_that_hold_it(day: date, sale: float, row: int | None, size: int) -> None:
    found = clean([day, *[date(2000, 1, 1)] * 59], [sale, *[1.0] * 59], [row, *range(2, 61)])
    records = pack_rows(found)
    assert records.itemsize == size
    assert unpack_rows(records).collect().equals(found.rows.collect())


def test_a_part_of_rows_and_columns_is_asked_for() -> None:
    found = clean([date(2024, 1, 1)] * 60, [float(number) for number in range(1, 61)], [*range(2, 62)])
    rows = unpack_rows(pack_rows(found))
    some = pl.col("Sales").is_between(3, 50) & (pl.col("Holiday") == 1)
    assert rows.filter(some).select("row").head(4).collect().equals(
        found.rows.filter(some).select("row").head(4).collect()
    )  # fmt: skip
    assert rows.head(7).filter(some).collect().equals(found.rows.head(7).filter(some).collect())
    assert rows.select(pl.len()).collect().item() == 60
