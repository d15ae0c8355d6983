"""Any source as one lazy table of texts: `row`, our columns under their names, `more` for fields past the header."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from .errors import DataError
from .layout import Layout, columns_of, require

MORE = "more"
# what stands for "nothing here"
_MISSING = ("", ".", "-", "na", "n/a", "#n/a", "nan", "nat", "null", "none", "nil")


def csv_texts(source: Path, layout: Layout, columns: Sequence[str]) -> pl.LazyFrame:
    """Texts of a UTF-8 file, stripped, null where missing."""
    places = {layout.header.index(name): ours for ours, name in layout.columns.items()}
    names = [places.get(i, f" {i}") for i in range(len(layout.header))]
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
    return _tidy(raw.with_row_index("row", offset=layout.first_row), [*columns, MORE])


def parquet_texts(source: Path, columns: Sequence[str]) -> tuple[pl.LazyFrame, Layout]:
    """Texts of a Parquet file, whose rows count from 1, and its layout.

    Raises:
        DataError: it is no Parquet file, or lacks a column.
    """
    raw = pl.scan_parquet(source)
    try:
        schema = raw.collect_schema()
    except pl.exceptions.PolarsError as error:
        raise DataError(f"The file {source.name} is a damaged Parquet file: write it again.") from error
    header = tuple(schema.names())
    layout = Layout(separator="", header_row=0, header=header, columns=columns_of(header))
    require(layout, columns)
    texts = [_text(pl.col(layout.columns[name]), schema[layout.columns[name]]).alias(name) for name in columns]
    return _tidy(
        raw.select(texts).with_row_index("row", offset=1).with_columns(pl.lit(None, pl.String).alias(MORE)),
        [*columns, MORE],
    ), layout


def _text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.Datetime):
        return column.dt.to_string("%Y-%m-%d")
    return column.cast(pl.String)


def _tidy(raw: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    stripped = [pl.col(name).str.strip_chars() for name in columns]
    texts = raw.select("row", *stripped)
    return texts.with_columns(
        pl.when(~pl.col(name).str.to_lowercase().is_in(_MISSING)).then(pl.col(name)).alias(name) for name in columns
    )


def odd_quote(source: Path) -> str:
    """What to tell of a file whose quotes don't pair, with the first such row."""
    with source.open("rb") as lines:
        row = next((number for number, line in enumerate(lines, 1) if line.count(b'"') % 2), None)
    where = f"Row {row} opens a quote and does not close it" if row else "The quotes do not pair"
    return f'{where}: remove the stray " from {source.name}.'
