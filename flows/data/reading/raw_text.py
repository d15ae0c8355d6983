"""Scans any source as one lazy table of texts: `row`, our columns by our names, `more` for fields past the header."""

from collections.abc import Sequence
from pathlib import Path

import polars as pl

from domain.dialect.cells import ColumnSample, sample_of
from domain.dialect.columns import Request, choose
from domain.dialect.layout import SAMPLE_ROWS, Layout
from flows.data.errors import DataError

MORE = "more"
DAMAGED = "The file {} is a damaged Parquet file: write it again."
_ONE_UNIT = "1"


def csv_texts(source: Path, layout: Layout, columns: Sequence[str]) -> pl.LazyFrame:
    """Texts of a UTF-8 file; null where the file has nothing."""
    return _scan(source, layout).select("row", *_ours(layout, columns), MORE)


def csv_extras(source: Path, layout: Layout) -> pl.LazyFrame | None:
    """`row` and the texts of the columns that are not read; None if there are none."""
    ours = set(layout.columns.places.values())
    places = [place for place, name in enumerate(layout.header) if place not in ours and name.strip()]
    names = {place: layout.header[place].strip() for place in places}
    unique = {name: place for place, name in names.items()}
    return _scan(source, layout).select("row", **{n: pl.col(_name(p)) for n, p in unique.items()}) if unique else None


def _scan(source: Path, layout: Layout) -> pl.LazyFrame:
    raw = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=layout.header_row,
        separator=layout.separator,
        schema=dict.fromkeys([*map(_name, range(len(layout.header))), MORE], pl.String),
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
        raise_if_empty=False,
    )
    return raw.with_row_index("row", offset=layout.first_row)


def _name(place: int) -> str:
    return f"field {place}"


def _ours(layout: Layout, columns: Sequence[str]) -> list[pl.Expr]:
    places = layout.columns.places
    return [
        pl.col(_name(places[name])).alias(name) if name in places else pl.lit(_ONE_UNIT).alias(name) for name in columns
    ]


def parquet_texts(source: Path, request: Request) -> tuple[pl.LazyFrame, Layout]:
    """Texts of all columns of a Parquet file, whose rows count from 1, and its layout.

    Raises:
        DataError: it is no Parquet file, or a column is missing or not clear.
    """
    raw = pl.scan_parquet(source)
    try:
        schema = raw.collect_schema()
        samples = _samples(raw, schema)
    # polars panics at some damaged Parquet files, and a panic is no PolarsError
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise DataError(DAMAGED.format(source.name)) from error
    header = tuple(schema.names())
    columns = choose(header, samples, "the file", request)
    are_numbers = "Sales" in columns.places and schema[header[columns.places["Sales"]]].is_numeric()
    layout = Layout("", 0, header, columns, are_numbers)
    texts = [_text(name, schema).alias(ours) for ours, name in layout.names.items()]
    counted = [pl.lit(_ONE_UNIT).alias("Sales")] if "Sales" not in layout.names else []
    numbered = raw.select(*texts, *counted, pl.lit(None, pl.String).alias(MORE)).with_row_index("row", offset=1)
    return numbered, layout


def _samples(raw: pl.LazyFrame, schema: pl.Schema) -> list[ColumnSample]:
    texts = [pl.col(name) if schema[name] == pl.String else _typed(name, schema) for name in schema.names()]
    head = raw.head(SAMPLE_ROWS).select(texts).collect()
    return [sample_of([text or "" for text in head[name].to_list()]) for name in schema.names()]


def _typed(name: str, schema: pl.Schema) -> pl.Expr:
    if schema[name].is_nested() or schema[name] in {pl.Duration, pl.Binary, pl.Object}:
        return pl.lit("?").alias(name)
    return _text(name, schema)


def _text(name: str, schema: pl.Schema) -> pl.Expr:
    if schema[name].is_nested() or isinstance(schema[name], pl.Duration):
        raise DataError(f"{name}: the column holds {schema[name]}: give one value a row.")
    if isinstance(schema[name], pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%d")
    return pl.col(name).cast(pl.String)
