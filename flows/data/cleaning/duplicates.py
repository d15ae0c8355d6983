"""Several rows a date: faults where they are few, one row a date where that was asked for. Knows no file."""

from dataclasses import replace

import polars as pl

from flows.data.cells import KEYS, cells_of
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.schema import COLUMNS, INPUTS
from flows.data.table import ROW_SCHEMA, ParsedTable


def settle_repeats(clean: ParsedTable, options: Options) -> ParsedTable:
    """The table with its repeated dates quarantined, made one, or left, as `options.aggregate` says.

    Exactly equal rows of a date are faults but for the first; rows that differ are all faults, as nobody
    knows which is right.

    Raises:
        DataError: `aggregate` is none, and so many dates are repeated that the file has several rows a date.
    """
    if options.aggregate == "keep" or not _repeated(clean.cells).height:
        return clean
    if options.aggregate == "none":
        return _quarantined(clean, options)
    cells = one_a_day(clean.cells, options.aggregate == "mean")
    days = cells.select(pl.lit(None, pl.UInt32).alias("row"), *KEYS, pl.col("total").alias("Sales"))
    return replace(clean, rows=days.select(ROW_SCHEMA).lazy(), cells=cells)


def _repeated(cells: pl.DataFrame) -> pl.DataFrame:
    return cells.group_by("Date", maintain_order=True).agg(pl.col("n").sum()).filter(pl.col("n") > 1)


def _quarantined(clean: ParsedTable, options: Options) -> ParsedTable:
    repeated = _repeated(clean.cells)
    on_repeated = clean.rows.filter(pl.col("Date").is_in(repeated["Date"].implode()))
    if (repeated["n"] - 1).sum() > options.max_bad_rows * clean.rows_read:
        raise DataError(_several_a_date(clean, repeated, on_repeated))
    rows = on_repeated.collect(engine="streaming")
    same = pl.struct(COLUMNS[1:]).n_unique().over("Date") == 1
    reason = pl.when(same).then(pl.lit("repeated_date_same_row")).otherwise(pl.lit("repeated_date_conflict"))
    first = pl.int_range(pl.len()).over("Date") == 0
    bad = rows.with_columns(reason=reason).filter(~(same & first))
    faults = bad.select("row", pl.lit("Date").alias("column"), pl.col("Date").cast(pl.String).alias("value"), "reason")
    kept = clean.rows.filter(~pl.col("row").is_in(bad["row"].implode()))
    return replace(
        clean,
        rows=kept,
        cells=cells_of(kept),
        faults=pl.concat([clean.faults, faults.lazy()]).sort("row", maintain_order=True),
        rows_bad=clean.rows_bad + bad.height,
    )


def _several_a_date(clean: ParsedTable, repeated: pl.DataFrame, on_repeated: pl.LazyFrame) -> str:
    first = on_repeated.filter(pl.col("Date") == repeated["Date"][0]).head(2).collect(engine="streaming")
    such = f"such as rows {first['row'][0]} and {first['row'][1]}, both {first['Date'][0]}"
    if _copies(clean.cells) * 2 > repeated.height:
        return f"Date: rows of the file repeat others ({such}): remove the copies."
    return (
        f"Date: the file has several rows a date ({clean.rows_kept:,} rows for "
        f"{clean.cells['Date'].n_unique():,} dates, {such}): "
        "set aggregate to sum or mean to make one row a date, or to keep to leave them."
    )


def _copies(cells: pl.DataFrame) -> int:
    """Repeated dates whose rows are all the same: no shops, but a table pasted twice."""
    alone = pl.len().over("Date") == 1
    return cells.filter(alone & (pl.col("n") > 1) & (pl.col("low") == pl.col("high"))).height


def one_a_day(cells: pl.DataFrame, mean: bool) -> pl.DataFrame:
    """Cells with one row a date, `total` being its Sales; where a date's inputs differ, the most frequent ones.

    Sales are rounded to a millionth, as the last digits of a sum depend on the order of its parts.
    """
    chosen = cells.sort("Date", "n", *INPUTS, descending=[False, True, False, False, False]).unique(
        "Date", keep="first", maintain_order=True
    )
    sums = cells.group_by("Date").agg(pl.col("total").sum(), rows=pl.col("n").sum())
    sales = pl.col("total") / (pl.col("rows") if mean else 1)
    days = chosen.select(KEYS).join(sums, on="Date").with_columns(total=sales.round(6))
    total = pl.col("total")
    return days.select(
        *KEYS, n=pl.lit(1, pl.Int64), low=total, high=total, total=total,
        empty=pl.lit(False), whole=total == total.floor(),
    ).sort("Date")  # fmt: skip


def dates_that_disagree(cells: pl.DataFrame) -> pl.Series:
    """Dates whose rows differ in an input, sorted."""
    return cells.filter(pl.len().over("Date") > 1)["Date"].unique().sort()
