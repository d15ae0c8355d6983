"""Finds out how the texts of one file are to be read, by looking at all of them; never guesses."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import polars as pl

from domain.dialect import date_order, numbers
from domain.dialect.dates import Order
from domain.dialect.layout import Layout
from domain.dialect.numbers import VOTES, Mark, Votes
from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reading.encoded_texts import EncodedTexts, encode
from flows.data.reading.raw_text import Texts


def stripped(column: str) -> pl.Expr:
    """An encoded column as texts without space around them."""
    return pl.col(column).cast(pl.String).str.strip_chars()


@dataclass(frozen=True)
class Interpretation:
    """How to read a file; `texts` are all its distinct texts, blank rows among them."""

    texts: EncodedTexts
    order: Order
    date_format: str
    mark: Mark

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return int(self.texts.keys["n"].sum())


def interpret(
    texts: Texts,
    columns: Sequence[str],
    layout: Layout,
    folder: Path | None,
    options: Options,
    *,
    is_large: bool = False,
) -> Interpretation:
    """What decides the dates and the numbers of a file.

    Its texts stay in memory without a `folder`; of one that `is_large`, not all that may be distinct.

    Raises:
        DataError: the file does not decide it; the message names the option that does.
    """
    encoded = encode(texts, columns, layout, folder, is_large=is_large)
    dates = encoded.keys.group_by(text=stripped("key Date")).agg(pl.col("n").sum(), pl.col("row").min())
    evidence = date_order.order_evidence(dates)
    order = date_order.decide_order(evidence, options.date_order, options.max_bad_rows)
    return Interpretation(encoded, order, date_order.describe(evidence, order), _mark(encoded, layout, options))


def _mark(texts: EncodedTexts, layout: Layout, options: Options) -> Mark:
    if layout.are_numbers:
        return "point"
    if layout.columns.is_status or layout.columns.counts_rows:
        return "plain"
    votes = _votes(texts)
    found = Votes(**{name: _rows_of(votes, place) for place, name in enumerate(VOTES)})
    mark = numbers.decimal_mark(found, options.decimal, layout.separator, options.max_bad_rows)
    if mark is None:
        raise DataError(_undecided(votes, found))
    return mark


def _votes(texts: EncodedTexts) -> pl.DataFrame:
    """For each vote its rows, `n`, and the first row with it, with its text."""
    rows = texts.rows.select("row", "text", n=pl.lit(1)) if texts.sales is None else texts.sales.lazy()
    voted = rows.with_columns(text=stripped("text")).with_columns(vote=numbers.vote(numbers.bare(pl.col("text"))))
    first = pl.col("text").sort_by("row").first()
    return voted.group_by("vote").agg(pl.col("n").sum(), pl.col("row").min(), first).collect(engine="streaming")


def _rows_of(votes: pl.DataFrame, place: int) -> int:
    return int(votes.filter(pl.col("vote") == place)["n"].sum())


def _undecided(votes: pl.DataFrame, found: Votes) -> str:
    marked = [place for place, name in enumerate(VOTES) if asdict(found)[name] and name != "whole"]
    firsts = [votes.filter(pl.col("vote") == place).row(0, named=True) for place in marked]
    examples = " and ".join(f"{first['text']!r} in row {first['row']}" for first in firsts)
    return (
        f"Sales: nothing in the file tells the decimal mark from that of thousands, with {examples}: "
        "set decimal to point or comma."
    )
