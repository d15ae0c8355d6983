"""Which order of day, month and year a column of dates uses. Decided by all its dates, never by a habit."""

from dataclasses import dataclass
from typing import cast

import polars as pl

from domain.dialect import dates
from domain.dialect.calendar_words import WEEKDAY, WEEKDAYS
from domain.dialect.date_patterns import NAMED, SHORT, UNIX, YEAR_LAST
from domain.dialect.dates import DateOrder, Order
from domain.dialect.errors import DataError

_LAST_MONTH = 12
_LAST_DAY = 31
# a column of days is that many times as dense in its right order as in a wrong one
_DENSER = 3
_NUMBER_OF_WEEKDAY = {word: number for number, words in enumerate(WEEKDAYS, 1) for word in words}


@dataclass(frozen=True)
class OrderEvidence:
    """Rows by what their dates say of the order.

    `numeric` are such as 03/04/2024 or 03/04/24, of which `row` has the first, `example`; `short` have a year of two
    digits; `unix` are Unix times, `named` have the month as a word. `day_first` and `month_first` can only be that,
    by a number above 12 or by the weekday beside it. `spans` has the days from the first to the last date for each
    distinct date, by order; an order is not in it if some row is no date by it.
    """

    dated: int
    numeric: int
    short: int
    unix: int
    named: int
    day_first: int
    month_first: int
    row: int | None
    example: str | None
    spans: dict[str, float]


def order_evidence(texts: pl.DataFrame) -> OrderEvidence:
    """What the dates of a column say; `texts` has `text`, `n` rows with it and the first `row`."""
    plain = dates.without_accents(pl.col("text"))
    parts = texts.sort("row").with_columns(plain=plain, normal=dates.without_weekday(plain)).with_columns(_numbers())
    parts = parts.with_columns(_by_weekday(parts))
    numeric, rows = pl.col("first").is_not_null(), pl.col("n")
    late_first = (pl.col("first") > _LAST_MONTH) | pl.col("by_weekday").eq_missing("day_first")
    late_second = (pl.col("second") > _LAST_MONTH) | pl.col("by_weekday").eq_missing("month_first")
    unix = pl.any_horizontal(pl.col("normal").str.contains(pattern) for pattern in UNIX.values())
    found = parts.select(
        rows.filter(pl.col("text").is_not_null()).sum().alias("dated"),
        rows.filter(numeric).sum().alias("numeric"),
        rows.filter(pl.col("is short")).sum().alias("short"),
        rows.filter(unix).sum().alias("unix"),
        rows.filter(pl.col("normal").str.contains(NAMED)).sum().alias("named"),
        rows.filter(numeric & late_first & ~late_second).sum().alias("day_first"),
        rows.filter(numeric & late_second & ~late_first).sum().alias("month_first"),
        pl.col("row").filter(numeric).first(),
        pl.col("text").filter(numeric).first().alias("example"),
    )
    return OrderEvidence(**found.row(0, named=True), spans=_spans(parts) if parts["is short"].any() else {})


def _numbers() -> list[pl.Expr]:
    normal = pl.col("normal")
    first, second, third = (
        pl.coalesce(normal.str.extract(pattern, group) for pattern in (YEAR_LAST, SHORT)).cast(pl.Int16)
        for group in (1, 2, 3)
    )
    is_short = normal.str.contains(SHORT)
    return [first.alias("first"), second.alias("second"), third.alias("third"), is_short.alias("is short")]


def _by_weekday(parts: pl.DataFrame) -> pl.Series:
    """The order that the weekday beside a date decides, where the other order gives another weekday."""
    word = pl.col("plain").str.extract(rf"(?:^|[ ,(])({WEEKDAY})(?:[., )]|$)")
    beside = parts.select(word.replace_strict(_NUMBER_OF_WEEKDAY, default=None, return_dtype=pl.Int8)).to_series()
    if beside.null_count() == beside.len():
        return pl.Series("by_weekday", [None] * beside.len(), dtype=pl.String)
    fits = {
        order: (dates.parse(parts["text"], order).dt.weekday() == beside).fill_null(value=False)
        for order in ("day_first", "month_first")
    }
    day_first, month_first = pl.col("day_first"), pl.col("month_first")
    decided = (
        pl.when(day_first & ~month_first).then(pl.lit("day_first"))
        .when(month_first & ~day_first).then(pl.lit("month_first"))
    )  # fmt: skip
    return pl.DataFrame(fits).select(by_weekday=decided).to_series()


def _spans(parts: pl.DataFrame) -> dict[str, float]:
    """Days between first and last date for each distinct date, by the orders that read every numeric date."""
    numeric = parts.filter(pl.col("first").is_not_null())
    orders: tuple[Order, ...] = ("day_first", "month_first", "year_first")
    if not numeric["is short"].all():
        orders = orders[:2]
    found = {order: dates.parse(numeric["text"], order) for order in orders}
    return {order: _span(days) for order, days in found.items() if not days.null_count()}


def _span(days: pl.Series) -> float:
    numbers = days.to_physical()
    return (cast("int", numbers.max()) - cast("int", numbers.min()) + 1) / numbers.n_unique()


def decide_order(found: OrderEvidence, asked: DateOrder, tolerated: float) -> Order:
    """The order of a column. `tolerated` is the share of its numeric dates that may have another.

    Raises:
        DataError: the column has such dates, and they do not decide it.
    """
    if asked != "auto":
        return asked
    if not found.numeric:
        return "day_first"
    if _is_year_first(found):
        return "year_first"
    if min(found.day_first, found.month_first) > tolerated * found.numeric:
        raise DataError(
            f"Date: {found.day_first:,} rows can only have the day first and {found.month_first:,} only the month "
            f"first (row {found.row} has {found.example!r}): write them in one order, or set date_order."
        )
    if found.day_first == found.month_first:
        raise DataError(
            f"Date: nothing in the file tells day from month in dates such as {found.example!r} in row {found.row}: "
            "set date_order to day_first or month_first."
        )
    return "day_first" if found.day_first > found.month_first else "month_first"


def _is_year_first(found: OrderEvidence) -> bool:
    """Whether dates such as 25-01-31 begin with the year.

    Raises:
        DataError: they may, and may not.
    """
    span = found.spans.get("year_first")
    others = [days for order, days in found.spans.items() if order != "year_first"]
    if span is None or not others:
        return span is not None
    if span * _DENSER <= min(others):
        return True
    if min(others) * _DENSER <= span:
        return False
    raise DataError(
        f"Date: nothing in the file tells the year from the day in dates such as {found.example!r} in row {found.row}: "
        "set date_order to day_first, month_first or year_first."
    )


def describe(found: OrderEvidence, order: Order) -> str:
    """The date format in a word or two, for the report."""
    year = "y" if found.short else "Y"
    shown = {"day_first": f"d/m/{year}", "month_first": f"m/d/{year}", "year_first": f"{year}/m/d"}[order]
    iso = found.dated - found.numeric - found.unix - found.named
    kinds = {"ISO": iso, "Unix time": found.unix, "names of months": found.named, shown: found.numeric}
    return " and ".join(kind for kind, rows in kinds.items() if rows) or "ISO"
