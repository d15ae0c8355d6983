"""What each text of a file stands for, and what is wrong with it: small tables, to be joined with the rows."""

from collections.abc import Sequence

import polars as pl

from domain.calendar import iso_weekday
from domain.dialect import dates, numbers, orders
from domain.dialect.layout import Layout
from domain.dialect.vocabulary import code_of, is_name, is_word
from flows.data.options import Options
from flows.data.reading.encoded_texts import keys_of
from flows.data.reading.interpretation import Interpretation, stripped
from flows.data.reading.validation import fault_of, fault_of_row, is_missing
from flows.data.schema import INPUTS

# holidays are fewer: a column with more names than blanks holds something else
MAX_NAMED_SHARE = 0.5


def filled_inputs(found: Interpretation, columns: Sequence[str]) -> tuple[str, ...]:
    """The codes that have a value in some row."""
    keys = found.texts.keys
    filled = {name: ~is_missing(stripped(f"key {name}")) for name in INPUTS if name in columns}
    return tuple(name for name, has_value in filled.items() if keys.select(has_value.any()).item())


def key_lookup(
    found: Interpretation, columns: Sequence[str], present: Sequence[str], layout: Layout, options: Options
) -> pl.DataFrame:
    """The keys as in the file, `Date` and the codes of `present`, a `<column> fault` for each, `row fault`, `empty`.

    `empty` says that all keys are missing; `n`, `row` and `last` are those of the distinct texts.
    """
    keys = keys_of(columns)
    texts = found.texts.keys.with_columns(stripped(key).alias(f"clean {key}") for key in keys)
    days = dates.parse(texts["clean key Date"], found.order, layout.serials_from).alias("Date")
    codes = [_codes(texts, name, options) for name in present]
    values = texts.with_columns(days, *codes)
    named = [pl.col(f"clean {key}") for key in keys]
    faults = [
        fault_of(name, pl.col(f"clean key {name}"), options).alias(f"{name} fault") for name in ("Date", *present)
    ]
    return values.with_columns(_without_missing(values, faults, present)).select(
        *keys, "n", "row", "last", "Date", *present, *(f"{name} fault" for name in ("Date", *present)),
        fault_of_row(named, layout.names["Date"]).alias("row fault"),
        pl.all_horizontal(map(is_missing, named)).alias("empty"),
    )  # fmt: skip


def _without_missing(values: pl.DataFrame, faults: list[pl.Expr], present: Sequence[str]) -> list[pl.Expr]:
    """The faults, a blank that stands for no holiday being none."""
    if "Holiday" not in present:
        return faults
    *others, holiday = faults
    return [
        *others,
        pl.when(holiday.ne_missing("missing") | values["Holiday"].is_null()).then(holiday).alias("Holiday fault"),
    ]


def _codes(texts: pl.DataFrame, column: str, options: Options) -> pl.Series:
    clean = texts[f"clean key {column}"]
    read = {text: _code(column, text, options) for text in clean.unique() if text is not None}
    codes = clean.replace_strict(read, default=None, return_dtype=pl.Int8).alias(column)
    return _with_names(texts.select("n", text=clean, code=codes)) if column == "Holiday" else codes


def _code(column: str, text: str, options: Options) -> int | None:
    code = code_of(column, text)
    if column != "DayOfWeek" or code is None or is_word(column, text):
        return code
    return iso_weekday(code, options.weekday_base, options.week_starts)


def _with_names(holidays: pl.DataFrame) -> pl.Series:
    """The codes of a column that may name its holidays: a name is one, a blank is none if no row says no."""
    missing = is_missing(pl.col("text"))
    name = pl.col("code").is_null() & ~missing & pl.col("text").map_elements(is_name, return_dtype=pl.Boolean)
    table = holidays.with_columns(missing=missing, name=name.fill_null(value=False))
    rows = int(table["n"].sum())
    has_names = int(table.filter("name")["n"].sum()) <= MAX_NAMED_SHARE * rows
    says_no = table.filter(pl.col("code") == 0).height > 0
    blank_is_no = not says_no and int(table.filter("missing")["n"].sum()) >= MAX_NAMED_SHARE * rows
    code = (
        pl.when(pl.col("name") & has_names).then(pl.lit(1, pl.Int8))
        .when(pl.col("missing") & blank_is_no).then(pl.lit(0, pl.Int8))
        .otherwise("code")
    )  # fmt: skip
    return table.select(code.alias("Holiday")).to_series()


def sales_value(found: Interpretation, layout: Layout) -> pl.Expr:
    """The units that a stripped `text` of Sales stands for; null if it is no number."""
    text = pl.col("text")
    if layout.columns.is_status:
        return text.map_elements(orders.units_of, return_dtype=pl.Int64).cast(pl.Float64)
    return numbers.parse(numbers.bare(text), found.mark)


def sales_lookup(found: Interpretation, layout: Layout, options: Options) -> pl.DataFrame | None:
    """`text` as in the file, `Sales`, `Sales fault` and `no sales` if it is missing; None if the texts are too many."""
    texts = found.texts.sales
    if texts is None:
        return None
    return (
        with_sales(texts.lazy().select(raw="text", text=stripped("text")), found, layout, options)
        .select("Sales", "Sales fault", "no sales", text="raw")
        .collect()
    )


def with_sales(rows: pl.LazyFrame, found: Interpretation, layout: Layout, options: Options) -> pl.LazyFrame:
    """Rows with a stripped `text`, with `Sales`, `Sales fault` and `no sales`."""
    valued = rows.with_columns(Sales=sales_value(found, layout))
    fault = fault_of("Sales", pl.col("text"), options)
    if layout.columns.is_status:
        fault = fault.replace("not_a_number", "not_a_status")
    return valued.with_columns(fault.alias("Sales fault"), is_missing(pl.col("text")).alias("no sales"))
