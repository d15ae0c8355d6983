"""Scans any source as one lazy table of texts: `row`, our columns by our names, `more` for fields past the header."""

from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import polars as pl

from domain.dialect.cells import ColumnSample, sample_of
from domain.dialect.columns import Request, choose
from domain.dialect.layout import SAMPLE_ROWS, Layout
from flows.data.errors import DataError

MORE = "more"
DAMAGED = "The file {} is a damaged Parquet file: write it again."


Texts = Callable[[Collection[str]], pl.LazyFrame]
"""Scans our columns. Those that are named stay texts; of the others each text is a number, of its distinct texts."""


def csv_texts(source: Path, layout: Layout, columns: Sequence[str]) -> Texts:
    """Texts of a UTF-8 file; null where the file has nothing."""

    def scan(as_text: Collection[str]) -> pl.LazyFrame:
        places = layout.columns.places
        encoded = {places[name] for name in columns if name in places and name not in as_text}
        return _scan(source, layout, encoded).select("row", *_ours(layout, columns, as_text), MORE)

    return scan


def _encoding() -> pl.Categorical:
    return pl.Categorical(pl.Categories.random())


def csv_extras(source: Path, layout: Layout) -> pl.LazyFrame | None:
    """`row` and the texts of the columns that are not read; None if there are none."""
    ours = set(layout.columns.places.values())
    places = [place for place, name in enumerate(layout.header) if place not in ours and name.strip()]
    names = {place: layout.header[place].strip() for place in places}
    unique = {name: place for place, name in names.items()}
    return _scan(source, layout).select("row", **{n: pl.col(_name(p)) for n, p in unique.items()}) if unique else None


def _scan(source: Path, layout: Layout, encoded: Collection[int] = ()) -> pl.LazyFrame:
    fields = {_name(n): _encoding() if n in encoded else pl.String() for n in range(len(layout.header))}
    raw = pl.scan_csv(
        source,
        has_header=False,
        skip_lines=layout.header_row,
        separator=layout.separator,
        schema={**fields, MORE: pl.String()},
        truncate_ragged_lines=True,
        missing_columns="insert",
        extra_columns="ignore",
        raise_if_empty=False,
    )
    return raw.with_row_index("row", offset=layout.first_row)


def _name(place: int) -> str:
    return f"field {place}"


def _ours(layout: Layout, columns: Sequence[str], as_text: Collection[str]) -> list[pl.Expr]:
    places = layout.columns.places
    return [pl.col(_name(places[name])).alias(name) if name in places else _one_unit(name, as_text) for name in columns]


def _one_unit(name: str, as_text: Collection[str]) -> pl.Expr:
    return pl.lit("1", pl.String if name in as_text else _encoding()).alias(name)


def parquet_texts(source: Path, request: Request) -> tuple[Texts, Layout]:
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
    texts = {ours: _text(name, schema) for ours, name in layout.names.items()}
    numbered = raw.with_row_index("row", offset=layout.first_row)

    def scan(as_text: Collection[str]) -> pl.LazyFrame:
        fields = {ours: text if ours in as_text else text.cast(_encoding()) for ours, text in texts.items()}
        counted = [] if "Sales" in fields else [_one_unit("Sales", as_text)]
        return numbered.select("row", *counted, pl.lit(None, pl.String).alias(MORE), **fields)

    return scan, layout


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
