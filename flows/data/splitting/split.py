"""Splits the rows of a table into train and test, as the options say. Knows no rule of assignment itself."""

from dataclasses import dataclass

import polars as pl

from flows.data.cells import cells_of, days_of
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.splitting.assignment import chronological_cut, random_split, stable_test_days
from flows.data.splitting.packed_rows import pack_rows, unpack_rows
from flows.data.table import ParsedTable


@dataclass(frozen=True)
class Split:
    """Train and test, the rows in the order in which they are to be written; `train_cells` sum up train."""

    train: pl.LazyFrame
    test: pl.LazyFrame
    train_rows: int
    test_rows: int
    train_cells: pl.DataFrame


def refuse_empty(table: ParsedTable, options: Options) -> None:
    """Raise DataError if no row is left."""
    if not table.rows_kept:
        raise _too_few(table, options)


def _too_few(table: ParsedTable, options: Options) -> DataError:
    usable = f"Only {table.rows_kept} rows can be used"
    return DataError(f"{usable}: give at least {options.min_rows}, or lower min_rows.")


def split_rows(table: ParsedTable, options: Options) -> Split:
    """Return train and test. The random split packs the rows into memory, as no file has them in its order.

    Raises:
        DataError: there are too few rows, or all are in one part.
    """
    if table.rows_kept < options.min_rows:
        raise _too_few(table, options)
    split = _at_random(table, options) if options.split == "random" else _by_date(table, options)
    if not split.train_rows or not split.test_rows:
        raise DataError(
            f"All {table.rows_kept} rows fall on one side of the {options.split} split: "
            "give more days, or set test_size nearer to 0.5."
        )
    return split


def _at_random(table: ParsedTable, options: Options) -> Split:
    train, test = random_split(pack_rows(table), options.test_size, options.seed)
    rows = unpack_rows(train)
    return Split(rows, unpack_rows(test), len(train), len(test), cells_of(rows))


def _by_date(table: ParsedTable, options: Options) -> Split:
    is_test = _is_test(table, options)
    train_cells = table.cells.filter(~is_test)
    trains = int(train_cells["n"].sum())
    return Split(table.rows.filter(~is_test), table.rows.filter(is_test), trains, table.rows_kept - trains, train_cells)


def _is_test(table: ParsedTable, options: Options) -> pl.Expr:
    days = days_of(table.cells)
    if options.split == "chronological":
        return pl.col("Date") >= chronological_cut(days, options.test_size)
    tests = pl.Series(sorted(stable_test_days(days, options.test_size, options.seed)), dtype=pl.Date)
    return pl.col("Date").is_in(tests.implode())
