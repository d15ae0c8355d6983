"""The codes of each day: the calendar rule that a table follows, and what the table itself does not say."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date

import polars as pl

from domain.calendar import CalendarRule, Codes, calendar_of
from domain.calendar.codes import days_of_events
from domain.calendar.fit import Found, ObservedDay, find_rule
from flows.data.cells import days_of
from flows.data.options import Options
from flows.data.schema import INPUTS
from flows.data.table import ParsedTable


def find_calendar(table: ParsedTable, options: Options) -> Found:
    """Return the rule that the columns of a table follow, or that the options say."""
    return find_rule(_observed(table), options.choices)


def _observed(table: ParsedTable) -> list[ObservedDay]:
    """Each day once, with its most frequent codes."""
    by_size = table.cells.sort("Date", "n", *table.present, descending=[False, True, *(False for _ in table.present)])
    days = by_size.unique("Date", keep="first", maintain_order=True)
    columns = [pl.col(name) if name in table.present else pl.lit(None).alias(name) for name in INPUTS]
    return [ObservedDay(*day) for day in days.select("Date", *columns).iter_rows()]


def with_codes(table: ParsedTable, rule: CalendarRule) -> ParsedTable:
    """Return the table with all three codes: what it lacks is taken from the rule, and its events are holidays."""
    lacking = [name for name in INPUTS if name not in table.present]
    own = days_of_events(rule.events)
    if not lacking and not any(day in own for day in days_of(table.cells)):
        return table
    codes = _codes(days_of(table.cells).to_list(), rule, lacking, list(own))
    return replace(
        table, rows=_coded(table.rows, codes), cells=_coded(table.cells.lazy(), codes).collect(), present=INPUTS
    )


def _codes(days: Sequence[date], rule: CalendarRule, lacking: Sequence[str], own: Sequence[date]) -> pl.DataFrame:
    derived = codes_of_days(days, calendar_of(rule).codes_of)
    event = pl.col("Date").is_in(pl.Series(own, dtype=pl.Date).implode()).cast(pl.Int8).alias("event")
    return derived.select("Date", *(pl.col(name).alias(f"rule {name}") for name in lacking), event)


def codes_of_days(days: Sequence[date], codes_of: Callable[[date], Codes]) -> pl.DataFrame:
    """Return `Date` and the three codes of each day."""
    rows = [(day, *codes_of(day)) for day in days]
    return pl.DataFrame(rows, schema={"Date": pl.Date, **dict.fromkeys(INPUTS, pl.Int8)}, orient="row")


def _coded(rows: pl.LazyFrame, codes: pl.DataFrame) -> pl.LazyFrame:
    lacking = [name for name in INPUTS if f"rule {name}" in codes.columns]
    joined = rows.join(codes.lazy(), on="Date", how="left", maintain_order="left")
    named = joined.with_columns(pl.col(f"rule {name}").alias(name) for name in lacking)
    holiday = pl.max_horizontal("Holiday", "event").cast(pl.Int8).alias("Holiday")
    before = [name for name in rows.collect_schema() if name not in {*INPUTS, "Date", "row"}]
    first = [name for name in ("row", "Date") if name in rows.collect_schema()]
    return named.with_columns(holiday).select(*first, *INPUTS, *before)
