"""Days without a row that mean that nothing was sold. Knows no file."""

from dataclasses import replace

import polars as pl

from domain.calendar import CalendarFit, calendar_of
from flows.data.cells import KEYS, days_of
from flows.data.days.codes import codes_of_days
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.table import ROW_SCHEMA, ParsedTable


def missing_days(cells: pl.DataFrame) -> pl.Series:
    """Return the days between the first and the last that have no row, sorted."""
    days = days_of(cells)
    span = pl.date_range(days[0], days[-1], eager=True).to_frame("day")
    return span.join(days.to_frame("day"), on="day", how="anti")["day"].sort()


def add_zero_days(table: ParsedTable, fit: CalendarFit, options: Options) -> ParsedTable:
    """Return the table with a row of no sales for each missing day, if the options say that it means that.

    Raises:
        DataError: the codes of the added days are not known, since the table's own do not follow its dates.
    """
    missing = missing_days(table.cells) if options.missing_days == "zero" and table.rows_kept else pl.Series()
    if missing.is_empty():
        return table
    if fit.warning:
        raise DataError(
            f"Date: {missing.len():,} days have no row, and missing_days=zero cannot add them: their weekday, season "
            "and holiday are not known, as those of the file do not follow Date. Set derive_from_date, or "
            "missing_days to unknown."
        )
    days = codes_of_days(missing.to_list(), calendar_of(fit.rule).codes_of)
    zero = pl.lit(0.0)
    cells = days.select(
        *KEYS, n=pl.lit(1, pl.Int64), low=zero, high=zero, total=zero, empty=pl.lit(False), whole=pl.lit(True)
    )
    sales = table.rows.collect_schema()["Sales"]
    rows = days.select(pl.lit(None, pl.UInt32).alias("row"), *KEYS, pl.lit(0, sales).alias("Sales"))
    return replace(
        table,
        rows=pl.concat([table.rows.select(ROW_SCHEMA), rows.select(ROW_SCHEMA).lazy()]),
        cells=pl.concat([table.cells.select(cells.columns), cells]).sort(KEYS),
    )
