"""Numbers as people write them: which mark is the decimal one, and the expression that reads them."""

from dataclasses import astuple, dataclass
from typing import Literal

import polars as pl

from flows.data.options import Decimal

# plain: no mark is used, or too few to tell, and a number with one is a fault
Mark = Literal["point", "comma", "plain"]

_SPACE = "\\s'\N{RIGHT SINGLE QUOTATION MARK}"
_NUMERIC = rf"^[0-9.,+-][0-9.,eE+\-{_SPACE}]*$"
_REGEX = {"point": r"\.", "comma": ","}
_GROUP = 3
# where columns are separated so, a mark before three digits groups thousands
_HABIT: dict[tuple[Mark, str], Mark] = {("comma", ","): "point", ("point", ";"): "comma"}


# what a number says of the decimal mark; 1.234 is an unclear point
SAYS = ("whole", "point", "comma", "unclear_point", "unclear_comma")


@dataclass(frozen=True)
class Votes:
    """Rows by what their number says of the decimal mark."""

    whole: int
    point: int
    comma: int
    unclear_point: int
    unclear_comma: int


def says(text: pl.Expr) -> pl.Expr:
    """One of `SAYS` for a stripped text, by its place there; null if it is no number."""
    whole, point, comma, unclear_point, unclear_comma = (pl.lit(place, pl.Int8) for place in range(len(SAYS)))
    at_point, at_comma = (text.str.find(mark, literal=True) for mark in ".,")
    many = text.str.count_matches(".", literal=True) + text.str.count_matches(",", literal=True) > 1
    only_point = at_comma.is_null()

    def choose(if_point: pl.Expr, if_comma: pl.Expr) -> pl.Expr:
        return pl.when(only_point).then(if_point).otherwise(if_comma)

    return (
        pl.when(~text.str.contains(_NUMERIC)).then(None)
        .when(at_point.is_null() & only_point).then(whole)
        .when(at_point > at_comma).then(point)
        .when(at_comma > at_point).then(comma)
        .when(many).then(choose(comma, point))
        .when(_unclear(text, pl.coalesce(at_point, at_comma))).then(choose(unclear_point, unclear_comma))
        .otherwise(choose(point, comma))
    )  # fmt: skip


def _unclear(text: pl.Expr, at: pl.Expr) -> pl.Expr:
    """One to three digits, no leading zero, before the mark, and three after it."""
    before = at.cast(pl.Int64) - text.str.contains("^[+-]").cast(pl.Int64)
    after = text.str.len_bytes().cast(pl.Int64) - at - 1
    return before.is_between(1, _GROUP) & (after == _GROUP) & ~text.str.starts_with("0")


def decimal_mark(found: Votes, asked: Decimal, separator: str, tolerated: float) -> Mark | None:
    """The decimal mark of the file; None if its numbers do not decide it.

    `tolerated` is the share of numbers that may be written otherwise, `separator` that of the columns.
    """
    if asked != "auto":
        return asked
    few = tolerated * sum(astuple(found))
    if min(found.point, found.comma) > few:
        return None
    habit = _by_habit(found, separator, few)
    if found.point == found.comma:
        return habit
    said: Mark = "point" if found.point > found.comma else "comma"
    # a slip or two do not decide what all the others mean
    heard = max(found.point, found.comma) > few or habit in {"plain", said}
    return said if heard else None


def _by_habit(found: Votes, separator: str, few: float) -> Mark | None:
    if found.unclear_point + found.unclear_comma <= few:
        return "plain"
    if found.unclear_point and found.unclear_comma:
        return None
    return _HABIT.get(("point" if found.unclear_point else "comma", separator))


def parse(text: pl.Expr, mark: Mark) -> pl.Expr:
    """The number that a stripped text is, as Float64; null where it is none."""
    groups = _SPACE + {"point": ",", "comma": ".", "plain": ""}[mark]
    decimals = "" if mark == "plain" else f"(?:{_REGEX[mark]}[0-9]*)?"
    number = rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{groups}][0-9]{{3}})+){decimals}(?:[eE][+-]?[0-9]+)?$"
    digits = text.str.replace_all(f"[{groups}]", "").str.replace(",", ".", literal=True)
    return pl.when(text.str.contains(number)).then(digits.cast(pl.Float64, strict=False))
