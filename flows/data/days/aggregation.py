"""Several rows a date: one figure a day where the options or the rows say how. Knows no file."""

from dataclasses import replace

import polars as pl

from flows.data.cells import KEYS, all_whole, cells_of
from flows.data.days.repeated_dates import refusal
from flows.data.options import Aggregate, Options
from flows.data.schema import COLUMNS, INPUTS
from flows.data.table import ROW_SCHEMA, ParsedTable


def aggregate_days(table: ParsedTable, options: Options, *, rows_are_orders: bool = False) -> ParsedTable:
    """Return the table with its repeated dates summed, averaged, replaced, quarantined or left, as the options say.

    Without an option, orders are summed, and so are dates on which all rows but one are returns (below zero). Of other
    repeated dates, exactly equal rows are faults but for the first; rows that differ are all faults, as nobody knows
    which is right.

    Raises:
        DataError: nothing says what to do, and too many dates are repeated to be set aside.
    """
    how: Aggregate = "sum" if rows_are_orders and options.aggregate == "none" else options.aggregate
    if how == "keep" or not repeated_dates(table.cells).height:
        return table
    if how == "none":
        return _quarantined(_without_returns(table), options)
    if how == "last":
        return _last(table)
    cells = one_a_day(table.cells, how == "mean")
    return replace(table, rows=_rows(table, cells), cells=cells)


def repeated_dates(cells: pl.DataFrame) -> pl.DataFrame:
    """Return `Date` and `n` of the dates with several rows, sorted."""
    return cells.group_by("Date", maintain_order=True).agg(pl.col("n").sum()).filter(pl.col("n") > 1)


def _rows(table: ParsedTable, cells: pl.DataFrame) -> pl.LazyFrame:
    """One row a cell, of which `total` is the figure."""
    dtype = table.rows.collect_schema()["Sales"] if all_whole(cells) else pl.Float64
    sales = pl.col("total").cast(dtype).alias("Sales")
    return cells.lazy().select(pl.lit(None, pl.UInt32).alias("row"), *KEYS, sales).select(ROW_SCHEMA)


def _last(table: ParsedTable) -> ParsedTable:
    """A later row of a date restates the ones before."""
    last = table.rows.group_by("Date").agg(pl.col("row").max()).collect(engine="streaming")["row"]
    rows = table.rows.filter(pl.col("row").is_in(last.implode()))
    return replace(table, rows=rows, cells=cells_of(rows))


def _without_returns(table: ParsedTable) -> ParsedTable:
    """Take returns off where the rest of their date is one row: there is no other way to read them."""
    if not (table.cells["low"] < 0).any():
        return table
    sold = (pl.col("Sales") >= 0).sum()
    dates = table.rows.group_by("Date").agg(n=pl.len(), sold=sold).filter(pl.col("n") > 1, pl.col("sold") <= 1)
    netted = pl.col("Date").is_in(dates.collect(engine="streaming")["Date"].implode())
    summed = one_a_day(table.cells.filter(netted), mean=False)
    others, cells = table.rows.filter(~netted), table.cells.filter(~netted)
    rows = pl.concat([others.select(ROW_SCHEMA), _rows(table, summed)], how="vertical_relaxed")
    return replace(table, rows=rows, cells=pl.concat([cells.select(summed.columns), summed]).sort(KEYS))


def _quarantined(table: ParsedTable, options: Options) -> ParsedTable:
    repeated = repeated_dates(table.cells)
    if repeated.is_empty():
        return table
    on_repeated = table.rows.filter(pl.col("Date").is_in(repeated["Date"].implode()))
    if (repeated["n"] - 1).sum() > options.max_bad_rows * table.rows_read:
        raise refusal(table, repeated, on_repeated)
    rows = on_repeated.collect(engine="streaming")
    same = pl.struct(COLUMNS[1:]).n_unique().over("Date") == 1
    reason = pl.when(same).then(pl.lit("repeated_date_same_row")).otherwise(pl.lit("repeated_date_conflict"))
    first = pl.int_range(pl.len()).over("Date") == 0
    bad = rows.with_columns(reason=reason).filter(~(same & first))
    faults = bad.select("row", pl.lit("Date").alias("column"), pl.col("Date").cast(pl.String).alias("value"), "reason")
    # a day that was summed has no row of its own
    good = table.rows.filter(pl.col("row").is_null() | ~pl.col("row").is_in(bad["row"].implode()))
    return replace(
        table,
        rows=good,
        cells=cells_of(good),
        faults=pl.concat([table.faults, faults.lazy()]).sort("row", maintain_order=True),
        rows_bad=table.rows_bad + bad.height,
    )


def one_a_day(cells: pl.DataFrame, mean: bool) -> pl.DataFrame:
    """Return cells with one row a date, `total` being its Sales; where its inputs differ, the most frequent ones.

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
    """Return the dates whose rows differ in an input, sorted."""
    return cells.filter(pl.len().over("Date") > 1)["Date"].unique().sort()
