"""The result of reading a file: its good rows, its faults, and the counts. Does no reading itself."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.data.schema import COLUMNS, INPUTS

FAULT_SCHEMA = {"row": pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String}
REASONS_BESIDE = ("total_row", "note", "header_again")
"""Faults of rows that are no days; a file is not refused for them."""
ROW_SCHEMA = ("row", *COLUMNS)


@dataclass(frozen=True)
class ParsedTable:
    """The good rows of a file and what is wrong with the others.

    `rows` has `row` (its number in the file), `Date`, the columns of `present` and `Sales` (any finite number), in the
    file's order. `cells` sums them up by `Date` and `present`, as `make_cell_table` does. `faults` has one row a fault.

    `rows_read` counts the rows with something in them, `rows_bad` those of them with a fault, `rows_blank` the empty
    ones. `rows_beside` counts the bad rows that stand beside the table: totals, notes, the header once more. They
    go to quarantine, but a file is not refused for them. `extras` has `row` and, as text, the columns of the file
    that are not read; None if there are none.
    """

    rows: pl.LazyFrame
    cells: pl.DataFrame
    faults: pl.LazyFrame
    rows_read: int
    rows_bad: int = 0
    rows_blank: int = 0
    rows_beside: int = 0
    present: tuple[str, ...] = INPUTS
    extras: pl.LazyFrame | None = None

    @property
    def rows_kept(self) -> int:
        """Rows that are left."""
        return int(self.cells["n"].sum())


def no_faults() -> pl.LazyFrame:
    """Faults of a file that has none."""
    return pl.LazyFrame(schema=FAULT_SCHEMA)


def evaluate(rows: pl.LazyFrame, folder: Path | None, name: str) -> pl.LazyFrame:
    """Evaluate once, in the rows' order: in memory, or in a file of `folder`."""
    return spool(rows, folder / f"{name}.parquet") if folder else rows.collect(engine="streaming").lazy()


def spool(rows: pl.LazyFrame, target: Path) -> pl.LazyFrame:
    """Evaluate once, on disk, in the rows' order."""
    rows.sink_parquet(target, compression="lz4", row_group_size=1 << 18, statistics=False)
    return pl.scan_parquet(target)
