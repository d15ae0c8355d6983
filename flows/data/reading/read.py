"""A local file becomes clean rows and faults, by the quick way where it can. Knows no split and no output."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from flows.data.derive import DERIVED
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reading.careful_reader import read_messy
from flows.data.reading.encoding import Head, look, to_utf8, whole_encoding
from flows.data.reading.fast_reader import read_plain
from flows.data.reading.header import Layout, find_layout
from flows.data.reading.interpretation import Meaning, understand
from flows.data.reading.quotes import refuse_hidden_rows
from flows.data.reading.raw_text import csv_texts, damaged, parquet_texts
from flows.data.reading.value_lookup import dictionary
from flows.data.reporting.report import FileFormat
from flows.data.schema import COLUMNS
from flows.data.table import ParsedTable

Progress = Callable[[str], None]


def read(source: Path, scratch: Path, options: Options, progress: Progress) -> tuple[ParsedTable, FileFormat]:
    """The clean rows of a CSV or Parquet file, and how it was written; `scratch` is a folder for large tables.

    Raises:
        DataError: the file as a whole can't be read.
    """
    head = look(source)
    progress(f"Reading {source.name} ({source.stat().st_size / 1e6:,.1f} MB)")
    columns = [name for name in COLUMNS if not (options.derive_from_date and name in DERIVED)]
    if head.kind == "parquet":
        texts, layout = parquet_texts(source, columns)
    else:
        layout = find_layout(head.text, columns)
        if head.plain and (clean := read_plain(source, layout, scratch, options)):
            return clean, _format(head.kind, head.encoding, layout)
        progress("Reading it again value by value, as it is not written plainly")
        head = replace(head, encoding=whole_encoding(source, head.encoding))
        utf8 = _as_utf8(source, head, scratch)
        texts = csv_texts(utf8, layout, columns)
    meaning = _understand(source, texts, columns, layout, options)
    if head.kind == "csv":
        refuse_hidden_rows(utf8, layout, meaning.rows, source.name)
    known = dictionary(meaning, columns, layout.columns["Date"], options)
    clean = read_messy(texts, columns, meaning, known, scratch, options)
    return clean, _format(head.kind, head.encoding, layout, meaning)


def _as_utf8(source: Path, head: Head, scratch: Path) -> Path:
    as_is = head.plain and head.encoding.startswith("utf-8")
    return source if as_is else to_utf8(source, head.encoding, scratch / "utf8.csv")


def _understand(source: Path, texts: pl.LazyFrame, columns: Sequence[str], layout: Layout, options: Options) -> Meaning:
    try:
        meaning = understand(texts, columns, None if layout.are_numbers else layout.separator, options)
    # polars panics at some damaged Parquet files, and a panic is no PolarsError
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(damaged(source, layout)) from error
    if not meaning.rows:
        raise DataError(f"The file {source.name} has a header and no rows: add a row for each day.")
    return meaning


def _format(kind: str, encoding: str, layout: Layout, meaning: Meaning | None = None) -> FileFormat:
    return FileFormat(
        kind=kind,
        encoding=encoding,
        separator=layout.separator,
        decimal=meaning.mark if meaning else "plain",
        date_format=meaning.date_format if meaning else "ISO",
        columns=layout.columns,
        extra_columns=layout.extra,
    )
