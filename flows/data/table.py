"""What reading gives: the clean rows, the faults beside them, and what was counted on the way."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from flows.data.schema import COLUMNS

FAULT_SCHEMA = {"row": pl.UInt32, "column": pl.String, "value": pl.String, "reason": pl.String}
ROW_SCHEMA = ("row", *COLUMNS)


@dataclass(frozen=True)
class Clean:
    """`rows` has `row` (in the file) and the five columns, in the file's order; `faults` one row a fault.

    `read` counts rows with something in them, `bad` those with a fault, `blank` the empty ones.
    """

    rows: pl.LazyFrame
    cells: pl.DataFrame
    faults: pl.LazyFrame
    read: int
    bad: int = 0
    blank: int = 0

    @property
    def kept(self) -> int:
        """Rows that are left."""
        return int(self.cells["n"].sum())


def no_faults() -> pl.LazyFrame:
    """Faults of a file that has none."""
    return pl.LazyFrame(schema=FAULT_SCHEMA)


def spool(rows: pl.LazyFrame, target: Path) -> pl.LazyFrame:
    """Evaluate once, on disk, in the rows' order."""
    rows.sink_parquet(target, compression="lz4", row_group_size=1 << 18)
    return pl.scan_parquet(target)
