"""Packs rows for the random split: nine bytes a row if Sales are whole, at least 0 and below 65,536.

No file has the rows in the order of that split, so they are in memory, where fifty million would not fit otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING

import polars as pl
from polars.io.plugins import register_io_source

from flows.data.cells import all_whole, days_of, sales_range
from flows.data.table import ParsedTable

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

CHUNK = 1 << 18
_EPOCH = date(1970, 1, 1)
_ROW = {
    "row": pl.UInt32, "Date": pl.Date, "DayOfWeek": pl.Int8, "Season": pl.Int8, "Holiday": pl.Int8,
    "Sales": pl.Float64,
}  # fmt: skip


def pack_rows(table: ParsedTable) -> NDArray[np.void]:
    """Pack the rows in the file's order, a record each, into the fewest bytes: row, day, codes and Sales."""
    import numpy as np

    records = np.empty(table.rows_kept, dtype=_layout(table.cells))
    codes = (pl.col("DayOfWeek") * 10 + pl.col("Season") * 2 + pl.col("Holiday")).alias("codes")
    columns = [pl.col("row").fill_null(0), pl.col("Date").to_physical(), codes, pl.col("Sales")]
    end = 0
    for batch in table.rows.select(columns).collect_batches(chunk_size=CHUNK, engine="streaming"):
        start, end = end, end + batch.height
        for name in batch.columns:
            records[name][start:end] = batch[name].to_numpy()
    return records


def _layout(cells: pl.DataFrame) -> np.dtype[np.void]:
    import numpy as np

    days, extremes = days_of(cells), sales_range(cells)
    day = np.min_scalar_type(-1 - max(abs((day - _EPOCH).days) for day in (days[0], days[-1])))
    whole = np.result_type(*(np.min_scalar_type(int(units)) for units in extremes))
    sales = whole if all_whole(cells) else np.dtype(np.float64)
    return np.dtype([("row", np.uint32), ("Date", day), ("codes", np.uint8), ("Sales", sales)])


def unpack_rows(records: NDArray[np.void]) -> pl.LazyFrame:
    """Return the rows of packed records as a lazy frame that unpacks while it streams."""

    def batches(
        columns: list[str] | None, predicate: pl.Expr | None, n_rows: int | None, _size: int | None
    ) -> Iterator[pl.DataFrame]:
        wanted = records[:n_rows]
        for start in range(0, len(wanted), CHUNK):
            frame = _frame(wanted[start : start + CHUNK]).select(columns or list(_ROW))
            yield frame if predicate is None else frame.filter(predicate)

    return register_io_source(batches, schema=_ROW, is_pure=True)


def _frame(records: NDArray[np.void]) -> pl.DataFrame:
    raw = pl.DataFrame({name: records[name].copy() for name in records.dtype.names or ()})
    codes = pl.col("codes")
    return raw.select(
        pl.when(pl.col("row") > 0).then(pl.col("row")).alias("row"),
        pl.col("Date").cast(pl.Int32).cast(pl.Date),
        DayOfWeek=(codes // 10).cast(pl.Int8),
        Season=(codes % 10 // 2).cast(pl.Int8),
        Holiday=(codes % 2).cast(pl.Int8),
        Sales=pl.col("Sales").cast(pl.Float64),
    )
