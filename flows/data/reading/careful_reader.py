"""The careful way to read any file: each value of each row is understood, or named as a fault."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from domain.dialect.layout import Layout
from flows.data.cells import cells_of
from flows.data.options import Options
from flows.data.reading.encoded_texts import keys_of
from flows.data.reading.interpretation import Interpretation, stripped
from flows.data.reading.raw_text import MORE
from flows.data.reading.validation import is_missing
from flows.data.reading.value_lookup import filled_inputs, key_lookup, sales_lookup, with_sales
from flows.data.table import REASONS_BESIDE, ParsedTable, evaluate, no_faults


@dataclass(frozen=True)
class Lookups:
    """What the texts of a file stand for; `sales` is None if they are too many to be listed."""

    keys: pl.DataFrame
    sales: pl.DataFrame | None
    present: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether no row can have a fault."""
        faults = [f"{name} fault" for name in ("Date", *self.present)] + ["row fault"]
        if self.sales is None or self.sales["Sales fault"].null_count() < self.sales.height:
            return False
        return all(self.keys[name].null_count() == self.keys.height for name in faults)


def look_up(found: Interpretation, columns: Sequence[str], layout: Layout, options: Options) -> Lookups:
    """What the distinct texts of a file stand for."""
    present = filled_inputs(found, columns)
    keys = key_lookup(found, columns, present, layout, options)
    return Lookups(keys, sales_lookup(found, layout, options), present)


def read_carefully(
    columns: Sequence[str], layout: Layout, found: Interpretation, folder: Path | None, options: Options
) -> ParsedTable:
    """The rows of a file whose every value is understood and in range, and the faults of the others.

    They stay in memory without a `folder`.
    """
    lookups = look_up(found, columns, layout, options)
    joined = _joined(columns, layout, found, lookups, options)
    values = ["Date", *lookups.present, "Sales"]
    if lookups.is_clean and not found.texts.keys[MORE].sum():
        rows = evaluate(joined.select(values), folder, "rows").with_row_index("row", offset=layout.first_row)
        return ParsedTable(rows, cells_of(rows), no_faults(), rows_read=found.rows, present=lookups.present)
    good = _is_good(lookups.present)
    rows = evaluate(joined.filter(good).select("row", *values), folder, "rows")
    bad = evaluate(_judged(joined.filter(~good), lookups), folder, "bad")
    return _with_faults(rows, bad, found, lookups.present)


def _joined(
    columns: Sequence[str], layout: Layout, found: Interpretation, lookups: Lookups, options: Options
) -> pl.LazyFrame:
    known = lookups.keys.drop("n", "row", "last").lazy()
    keyed = found.texts.rows.join(known, on=keys_of(columns), how="left", nulls_equal=True, maintain_order="left")
    if lookups.sales is None:
        return with_sales(keyed.with_columns(text=stripped("text")), found, layout, options)
    return keyed.join(lookups.sales.lazy(), on="text", how="left", nulls_equal=True, maintain_order="left")


def _is_good(present: Sequence[str]) -> pl.Expr:
    faults = ["row fault", *(f"{name} fault" for name in ("Date", *present, "Sales"))]
    return pl.all_horizontal(*(pl.col(name).is_null() for name in faults), _has_no_more())


def _has_no_more() -> pl.Expr:
    return is_missing(pl.col(MORE).str.strip_chars())


def _judged(bad: pl.LazyFrame, lookups: Lookups) -> pl.LazyFrame:
    """`row`, `blank`, `row fault`, and for each column its fault and its text."""
    dated = lookups.keys.filter(pl.col("Date fault").is_null())
    first, last = (pl.lit(dated.select(pl.col(name)).to_series(), pl.UInt32) for name in ("row", "last"))
    outside = (pl.col("row") < first.min()) | (pl.col("row") > last.max())
    date = stripped("key Date")
    no_date = is_missing(date)
    # a broken date has digits and a number beside it
    is_note = outside & (no_date | pl.col("no sales") | ~date.str.contains("[0-9]"))
    beside = pl.when(pl.col("Sales").is_null()).then(pl.lit("note")).otherwise(pl.lit("total_row"))
    of_row = pl.coalesce(
        "row fault",
        pl.when(is_note & pl.col("Date").is_null()).then(beside),
        pl.when(~_has_no_more()).then(pl.lit("too_many_fields")),
    )
    blank = pl.col("empty") & pl.col("no sales") & _has_no_more()
    named = ("Date", *lookups.present, "Sales")
    texts = {name: stripped("text" if name == "Sales" else f"key {name}") for name in named}
    return bad.select(
        "row",
        blank.alias("blank"),
        pl.when(~blank).then(of_row).alias("row fault"),
        *(pl.col(f"{name} fault") for name in named),
        *(text.alias(f"{name} text") for name, text in texts.items()),
    )


def _with_faults(rows: pl.LazyFrame, bad: pl.LazyFrame, found: Interpretation, present: tuple[str, ...]) -> ParsedTable:
    filled = bad.filter(~pl.col("blank"))
    beside = pl.col("row fault").is_in(REASONS_BESIDE)
    rows_bad, rows_beside = filled.select(pl.len(), beside.sum().alias("beside")).collect(engine="streaming").row(0)
    rows_blank = bad.select(pl.col("blank").sum()).collect(engine="streaming").item()
    return ParsedTable(
        rows,
        cells_of(rows),
        _faults(filled, ("Date", *present, "Sales")),
        rows_read=found.rows - rows_blank,
        rows_bad=rows_bad,
        rows_blank=rows_blank,
        rows_beside=rows_beside,
        present=present,
    )


def _faults(bad: pl.LazyFrame, columns: Sequence[str]) -> pl.LazyFrame:
    """One row a fault; a fault of the whole row stands once, under Date."""
    of_row = pl.col("row fault")
    own: dict[str, pl.Expr] = {name: pl.when(of_row.is_null()).then(f"{name} fault") for name in columns}
    own["Date"] = pl.coalesce("row fault", "Date fault")
    each = [
        pl.struct(pl.lit(name).alias("column"), pl.col(f"{name} text").alias("value"), fault.alias("reason"))
        for name, fault in own.items()
    ]
    listed = bad.select("row", pl.concat_list(each).alias("fault")).explode("fault").unnest("fault")
    return listed.filter(pl.col("reason").is_not_null())
