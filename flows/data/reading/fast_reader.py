"""The quick way for a file that is written as we would write it; at any doubt it leaves the file to `messyfile`."""

from pathlib import Path

import polars as pl

from flows.data.cells import cells_of
from flows.data.derive import from_date
from flows.data.options import Options
from flows.data.reading.header import Layout
from flows.data.schema import COLUMNS, Day
from flows.data.table import ParsedTable, no_faults, spool

# below this size of source the rows stay in memory, which is a fifth faster than a file beside
IN_MEMORY = 256 << 20
_TYPES = {"Date": pl.String, "DayOfWeek": pl.Int8, "Season": pl.Int8, "Holiday": pl.Int8, "Sales": pl.Int64}


def read_plain(
    source: Path, layout: Layout, scratch: Path, options: Options, in_memory: int = IN_MEMORY
) -> ParsedTable | None:
    """The rows of a UTF-8 file with ISO dates and whole numbers, all of them good; None for any other file.

    They stay in memory if the file has fewer than `in_memory` bytes, else in a file in `scratch`.
    """
    try:
        typed = _typed(source, layout, options)
        rows = _in_memory(typed) if source.stat().st_size < in_memory else spool(typed, scratch / "plain.parquet")
    except pl.exceptions.PolarsError:
        return None
    cells = cells_of(rows)
    good = _all_good(cells, options)
    numbered = rows.with_row_index("row", offset=layout.first_row)
    return ParsedTable(numbered, cells, no_faults(), rows_read=int(cells["n"].sum())) if good else None


def _typed(source: Path, layout: Layout, options: Options) -> pl.LazyFrame:
    names = {name: ours for ours, name in layout.columns.items()}
    ours = [names.get(name, f"extra {place}") for place, name in enumerate(layout.header)]
    schema = {name: _TYPES.get(name, pl.String) for name in ours}
    raw = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=layout.header_row,
        separator=layout.separator,
        # a letter like any other here: where it is more than that, a row has too few fields or no date
        quote_char=None,
        schema=schema,
    )
    dated = raw.with_columns(pl.col("Date").str.to_date("%Y-%m-%d", strict=False))
    if options.derive_from_date:
        return dated.with_columns(from_date(options.hemisphere)).select(COLUMNS)
    return dated.with_columns(pl.col("DayOfWeek") + (1 - options.weekday_base)).select(COLUMNS)


def _in_memory(rows: pl.LazyFrame) -> pl.LazyFrame:
    return rows.collect(engine="streaming").lazy()


def _all_good(cells: pl.DataFrame, options: Options) -> bool:
    if cells.is_empty() or cells["empty"].any():
        return False
    latest = options.today or cells["Date"].max()
    dated = cells.select(pl.col("Date").is_between(options.earliest, latest).all()).item()
    sides = [cells.rename({side: "Sales"}).select(COLUMNS) for side in ("low", "high")]
    return bool(dated) and all(Day.is_valid(side) for side in sides)
