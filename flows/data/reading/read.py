"""Reads a local file into good rows and faults, by the fast way if it can. Knows no split and no output."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from domain.dialect.columns import Request
from domain.dialect.layout import Layout
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reading.careful_reader import read_carefully
from flows.data.reading.encoding import to_utf8, whole_encoding
from flows.data.reading.fast_reader import read_fast
from flows.data.reading.interpretation import Interpretation, interpret
from flows.data.reading.quotes import refuse_hidden_rows, stray_quote
from flows.data.reading.raw_text import DAMAGED, Texts, csv_extras, csv_texts, parquet_texts
from flows.data.reading.source_text import TextSource, layout_of, open_source
from flows.data.reporting.report import FileFormat, Notice
from flows.data.schema import INPUTS
from flows.data.table import ParsedTable

Progress = Callable[[str], None]
# below this size of source the rows stay in memory, which is a fifth faster than a file beside
IN_MEMORY_BYTES = 256 << 20
# above this size the distinct texts of Sales may be too many for memory
LARGE_BYTES = 64 << 20


def read(source: Path, scratch: Path, options: Options, progress: Progress) -> tuple[ParsedTable, FileFormat]:
    """The good rows of a table in any file, and how it is written; `scratch` is a folder for large tables.

    Raises:
        DataError: the file as a whole can't be read.
    """
    if not source.is_file():
        raise DataError(f"There is no file {source.name}: set the source to an existing CSV or Parquet file.")
    progress(f"Reading {source.name} ({source.stat().st_size / 1e6:,.1f} MB)")
    request = Request(options.date_column, options.sales_column)
    opened = open_source(source, scratch, options)
    folder = scratch if opened.path.stat().st_size >= IN_MEMORY_BYTES else None
    if opened.kind == "parquet":
        texts, layout = parquet_texts(opened.path, request)
        return _carefully(opened, texts, layout, folder, options)
    opened, layout = layout_of(opened, scratch, request, options)
    columns = _columns(layout, options)
    if opened.is_plain and (table := read_fast(opened.path, layout, columns, folder, options)):
        extras = csv_extras(opened.path, layout)
        return replace(table, extras=extras), _format(opened, layout)
    progress("Reading it again value by value, as it is not written plainly")
    opened = _as_utf8(opened, scratch)
    return _carefully(opened, csv_texts(opened.path, layout, columns), layout, folder, options)


def _columns(layout: Layout, options: Options) -> list[str]:
    passed_over = ("DayOfWeek", "Season") if options.derive_from_date else ()
    codes = [name for name in INPUTS if name in layout.columns.places and name not in passed_over]
    return ["Date", *codes, "Sales"]


def _as_utf8(opened: TextSource, scratch: Path) -> TextSource:
    encoding = whole_encoding(opened.path, opened.encoding)
    if opened.is_plain and encoding.startswith("utf-8"):
        return replace(opened, encoding=encoding)
    return replace(opened, path=to_utf8(opened.path, encoding, scratch / "utf8.csv"), encoding=encoding)


def _carefully(
    opened: TextSource, texts: Texts, layout: Layout, folder: Path | None, options: Options
) -> tuple[ParsedTable, FileFormat]:
    columns = _columns(layout, options)
    found = _interpret(opened, texts, columns, layout, folder, options)
    extras = None
    if opened.kind != "parquet":
        refuse_hidden_rows(opened.path, layout, found.rows, opened.name)
        extras = csv_extras(opened.path, layout)
    table = read_carefully(columns, layout, found, folder, options)
    return replace(table, extras=extras), _format(opened, layout, found, _empty(columns, table))


def _interpret(
    opened: TextSource,
    texts: Texts,
    columns: Sequence[str],
    layout: Layout,
    folder: Path | None,
    options: Options,
) -> Interpretation:
    is_large = opened.path.stat().st_size >= LARGE_BYTES
    try:
        found = interpret(texts, columns, layout, folder, options, is_large=is_large)
    # polars panics at some damaged Parquet files, and a panic is no PolarsError
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        text = stray_quote(opened.path, layout, opened.name) if layout.separator else DAMAGED.format(opened.name)
        raise DataError(text) from error
    if not found.rows:
        raise DataError(f"The file {opened.name} has a header and no rows: add a row for each day.")
    return found


def _empty(columns: Sequence[str], table: ParsedTable) -> list[str]:
    return [name for name in INPUTS if name in columns and name not in table.present]


def _format(
    opened: TextSource, layout: Layout, found: Interpretation | None = None, empty: Sequence[str] = ()
) -> FileFormat:
    said = [*opened.notices, *layout.columns.notices]
    if empty:
        said.append(("empty_columns", f"{', '.join(empty)}: the column is empty and taken from Date."))
    if found and "Unix time" in found.date_format:
        said.append(("unix_times", "Dates are Unix times: each is the day in UTC."))
    return FileFormat(
        kind=opened.kind,
        encoding=opened.encoding,
        separator="" if opened.sheet else layout.separator,
        decimal=found.mark if found and not layout.are_numbers else "plain",
        date_format=found.date_format if found else "ISO",
        columns=layout.names,
        extra_columns=layout.extra,
        archive=opened.archive,
        sheet=opened.sheet,
        rows_are_orders=layout.columns.is_status or layout.columns.counts_rows,
        notices=tuple(Notice(code=code, message=text, count=1) for code, text in said),
    )
