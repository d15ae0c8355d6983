"""Cuts the clean rows into train and test, as the options say. Knows rows, not how a side is decided."""

from dataclasses import dataclass

import polars as pl

from flows.data.cells import days_of
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.splitting.assignment import chronological_cut, random_sides, stable_test_days
from flows.data.splitting.packed_rows import packed, unpacked
from flows.data.table import ParsedTable


@dataclass(frozen=True)
class Sides:
    """Train and test, the rows in the order in which they are to be written."""

    train: pl.LazyFrame
    test: pl.LazyFrame
    train_rows: int
    test_rows: int


def cut(clean: ParsedTable, options: Options) -> Sides:
    """Train and test. The random split packs the rows into memory, as its order is no file's.

    Raises:
        DataError: there are too few rows, or all are on one side.
    """
    if clean.rows_kept < options.min_rows:
        usable = f"Only {clean.rows_kept} rows can be used"
        raise DataError(f"{usable}: give at least {options.min_rows}, or lower min_rows.")
    sides = _random(clean, options) if options.split == "random" else _by_date(clean, options)
    if not sides.train_rows or not sides.test_rows:
        raise DataError(
            f"All {clean.rows_kept} rows fall on one side of the {options.split} split: "
            "give more days, or set test_size nearer to 0.5."
        )
    return sides


def _random(clean: ParsedTable, options: Options) -> Sides:
    train, test = random_sides(packed(clean), options.test_size, options.seed)
    return Sides(unpacked(train), unpacked(test), len(train), len(test))


def _by_date(clean: ParsedTable, options: Options) -> Sides:
    is_test = _is_test(clean, options)
    tests = int(clean.cells.filter(is_test)["n"].sum())
    return Sides(clean.rows.filter(~is_test), clean.rows.filter(is_test), clean.rows_kept - tests, tests)


def _is_test(clean: ParsedTable, options: Options) -> pl.Expr:
    days = days_of(clean.cells)
    if options.split == "chronological":
        return pl.col("Date") >= chronological_cut(days, options.test_size)
    tests = pl.Series(sorted(stable_test_days(days, options.test_size, options.seed)), dtype=pl.Date)
    return pl.col("Date").is_in(tests.implode())
