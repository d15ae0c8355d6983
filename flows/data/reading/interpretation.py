"""How the texts of one file are to be understood: found by looking at all of it once, never guessed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import polars as pl

from flows.data.errors import DataError
from flows.data.options import Options
from flows.data.reading import dates, numbers
from flows.data.reading.distinct_values import spellings_of
from flows.data.reading.numbers import SAYS, Mark, Votes


@dataclass(frozen=True)
class Meaning:
    """`spellings` are those of the whole file, blank rows among them."""

    spellings: pl.DataFrame
    day_first: bool
    date_format: str
    mark: Mark

    @property
    def rows(self) -> int:
        """Rows of the file."""
        return int(self.spellings["n"].sum())


def understand(texts: pl.LazyFrame, columns: Sequence[str], separator: str | None, options: Options) -> Meaning:
    """What decides the dates and the numbers of a file; `separator` is that of its columns, None for Sales as numbers.

    Raises:
        DataError: the file does not decide it; the message names the option that does.
    """
    spellings = spellings_of(texts, columns)
    order = dates.order_of(spellings)
    day_first = dates.is_day_first(order, options.date_order, options.max_bad_rows)
    mark = _mark(texts, spellings, separator, options)
    return Meaning(spellings, day_first, dates.describe(order, day_first), mark)


def _mark(texts: pl.LazyFrame, spellings: pl.DataFrame, separator: str | None, options: Options) -> Mark:
    if separator is None:
        return "point"  # as polars writes the numbers of a Parquet file
    found = Votes(**spellings.select(pl.col(name).sum() for name in SAYS).row(0, named=True))
    mark = numbers.decimal_mark(found, options.decimal, separator, options.max_bad_rows)
    if mark is None:
        raise DataError(_undecided(texts, found))
    return mark


def _undecided(texts: pl.LazyFrame, found: Votes) -> str:
    marked = [place for place, name in enumerate(SAYS) if asdict(found)[name] and name != "whole"]
    said = texts.with_columns(says=numbers.says(pl.col("Sales")))
    firsts = [said.filter(pl.col("says") == place).head(1).collect(engine="streaming") for place in marked]
    examples = " and ".join(f"{first['Sales'][0]!r} in row {first['row'][0]}" for first in firsts)
    return (
        f"Sales: nothing in the file tells the decimal mark from that of thousands, with {examples}: "
        "set decimal to point or comma."
    )
