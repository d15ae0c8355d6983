"""Any source as one lazy table of texts: `row`, our columns under our names, `more` for fields past the header."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from flows.data.errors import DataError
from flows.data.reading.header import Layout, columns_of, require
from flows.data.reading.quotes import odd_quote

MORE = "more"


def csv_texts(source: Path, layout: Layout, columns: Sequence[str]) -> pl.LazyFrame:
    """Texts of a UTF-8 file, stripped of space; null where the file has nothing."""
    places = {layout.header.index(name): ours for ours, name in layout.columns.items()}
    names = [places.get(place, f"extra {place}") for place in range(len(layout.header))]
    raw = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=layout.header_row,
        separator=layout.separator,
        schema=dict.fromkeys([*names, MORE], pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
        raise_if_empty=False,
    )
    return _stripped(raw.with_row_index("row", offset=layout.first_row), columns)


def parquet_texts(source: Path, columns: Sequence[str]) -> tuple[pl.LazyFrame, Layout]:
    """Texts of a Parquet file, whose rows count from 1, and its layout.

    Raises:
        DataError: it is no Parquet file, or lacks a column.
    """
    raw = pl.scan_parquet(source)
    try:
        schema = raw.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise DataError(damaged(source, None)) from error
    header = tuple(schema.names())
    columns_there = columns_of(header)
    are_numbers = "Sales" in columns_there and schema[columns_there["Sales"]].is_numeric()
    layout = Layout("", 0, header, columns_there, are_numbers)
    require(layout, columns)
    texts = [_text(layout.columns[name], schema).alias(name) for name in columns]
    numbered = raw.select(*texts, pl.lit(None, pl.String).alias(MORE)).with_row_index("row", offset=1)
    return _stripped(numbered, columns), layout


def _text(name: str, schema: pl.Schema) -> pl.Expr:
    if schema[name].is_nested() or isinstance(schema[name], pl.Duration):
        raise DataError(f"{name}: the column holds {schema[name]}: give one value a row.")
    if isinstance(schema[name], pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%d")
    return pl.col(name).cast(pl.String)


def _stripped(raw: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    return raw.select("row", pl.col(*columns, MORE).str.strip_chars())


def damaged(source: Path, layout: Layout | None) -> str:
    """What to tell of a file that polars gave up on; a CSV file has a layout with a separator."""
    if layout and layout.separator:
        return odd_quote(source)
    return f"The file {source.name} is a damaged Parquet file: write it again."
