"""The fast way for a file that is written as we would write it; at any doubt it leaves the file to the careful way."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from domain.calendar import iso_weekday
from domain.dialect.layout import Layout
from flows.data.cells import cells_of
from flows.data.options import Options
from flows.data.reading.validation import is_in_range
from flows.data.schema import INPUTS
from flows.data.table import ParsedTable, evaluate, no_faults

_TYPES = {"Date": pl.String, "DayOfWeek": pl.Int8, "Season": pl.Int8, "Holiday": pl.Int8, "Sales": pl.Int64}


def read_fast(
    source: Path, layout: Layout, columns: Sequence[str], folder: Path | None, options: Options
) -> ParsedTable | None:
    """The rows of a UTF-8 file with ISO dates and whole numbers, all of them good; None for any other file.

    They stay in memory without a `folder`.
    """
    if layout.columns.is_status or layout.columns.counts_rows:
        return None
    present = tuple(name for name in INPUTS if name in columns)
    try:
        rows = evaluate(_typed(source, layout, columns, options), folder, "plain")
    except pl.exceptions.PolarsError:
        return None
    cells = cells_of(rows)
    if not _all_good(cells, present, options):
        return None
    numbered = rows.with_row_index("row", offset=layout.first_row)
    return ParsedTable(numbered, cells, no_faults(), rows_read=int(cells["n"].sum()), present=present)


def _typed(source: Path, layout: Layout, columns: Sequence[str], options: Options) -> pl.LazyFrame:
    ours = {place: name for name, place in layout.columns.places.items() if name in columns}
    names = [ours.get(place, f"extra {place}") for place in range(len(layout.header))]
    raw = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=layout.header_row,
        separator=layout.separator,
        # a letter like any other here: where it is more than that, a row has too few fields or no date
        quote_char=None,
        schema={name: _TYPES.get(name, pl.String) for name in names},
    )
    dated = raw.with_columns(pl.col("Date").str.to_date("%Y-%m-%d", strict=False))
    return dated.with_columns(_weekday(options) if "DayOfWeek" in columns else []).select(columns)


def _weekday(options: Options) -> list[pl.Expr]:
    code, base, starts = pl.col("DayOfWeek"), options.weekday_base, options.week_starts
    if iso_weekday(base, base, starts) == 1:
        return [code + (1 - base)]
    days = {number: iso_weekday(number, base, starts) for number in range(base, base + 7)}
    return [code.replace_strict(days, default=None, return_dtype=pl.Int8)]


def _all_good(cells: pl.DataFrame, present: Sequence[str], options: Options) -> bool:
    if cells.is_empty() or cells["empty"].any():
        return False
    latest = options.today or pl.col("Date").max()
    checks = [pl.col("Date").is_between(options.earliest, latest), *map(is_in_range, present)]
    sides = [
        cells.select(pl.col(side).alias("Sales")).select(is_in_range("Sales").all()).item() for side in ("low", "high")
    ]
    # a null is no true, so each value has to be there
    return all(sides) and bool(cells.select(pl.all_horizontal(checks).fill_null(value=False).all()).item())
