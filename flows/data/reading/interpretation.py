"""Finds out how the texts of one file are to be read, by looking at all of them; never guesses."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl

from domain.dialect import date_order, numbers
from domain.dialect.dates import Order
from domain.dialect.layout import Layout
from domain.dialect.numbers import VOTES, Mark, Votes
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reading.distinct_values import DistinctTexts, distinct_texts


@dataclass(frozen=True)
class Interpretation:
    """How to read a file; `texts` are all its distinct texts, blank rows among them."""

    texts: DistinctTexts
    order: Order
    date_format: str
    mark: Mark

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return int(self.texts.keys["n"].sum())


def interpret(
    texts: pl.LazyFrame, columns: Sequence[str], layout: Layout, options: Options, *, is_large: bool = False
) -> Interpretation:
    """What decides the dates and the numbers of a file; one that `is_large` has to be held in bounded memory.

    Raises:
        DataError: the file does not decide it; the message names the option that does.
    """
    distinct = distinct_texts(texts, columns, has_clock=layout.columns.has_clock, is_large=is_large)
    dates = distinct.keys.group_by(text=pl.col("key Date").str.strip_chars()).agg(
        pl.col("n").sum(), pl.col("row").min()
    )
    evidence = date_order.order_evidence(dates)
    order = date_order.decide_order(evidence, options.date_order, options.max_bad_rows)
    return Interpretation(
        distinct, order, date_order.describe(evidence, order), _mark(texts, distinct, layout, options)
    )


def _mark(texts: pl.LazyFrame, distinct: DistinctTexts, layout: Layout, options: Options) -> Mark:
    if layout.are_numbers:
        return "point"
    if layout.columns.is_status or layout.columns.counts_rows:
        return "plain"
    votes = _votes(texts, distinct)
    found = Votes(**{name: _rows_of(votes, place) for place, name in enumerate(VOTES)})
    mark = numbers.decimal_mark(found, options.decimal, layout.separator, options.max_bad_rows)
    if mark is None:
        raise DataError(_undecided(votes, found))
    return mark


def _votes(texts: pl.LazyFrame, distinct: DistinctTexts) -> pl.DataFrame:
    """For each vote its rows, `n`, and the first row with it, with its text."""
    rows = distinct.sales.lazy() if distinct.sales is not None else texts.select("row", n=pl.lit(1), text="Sales")
    voted = rows.with_columns(vote=numbers.vote(numbers.bare(pl.col("text").str.strip_chars())))
    first = pl.col("text").sort_by("row").first() if distinct.sales is not None else pl.col("text").first()
    return voted.group_by("vote").agg(pl.col("n").sum(), pl.col("row").min(), first).collect(engine="streaming")


def _rows_of(votes: pl.DataFrame, place: int) -> int:
    return int(votes.filter(pl.col("vote") == place)["n"].sum())


def _undecided(votes: pl.DataFrame, found: Votes) -> str:
    marked = [place for place, name in enumerate(VOTES) if asdict(found)[name] and name != "whole"]
    firsts = [votes.filter(pl.col("vote") == place).row(0, named=True) for place in marked]
    examples = " and ".join(f"{first['text'].strip()!r} in row {first['row']}" for first in firsts)
    return (
        f"Sales: nothing in the file tells the decimal mark from that of thousands, with {examples}: "
        "set decimal to point or comma."
    )
