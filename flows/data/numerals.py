"""Numbers as people write them: which mark is the decimal one, and the expression that reads them."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from .options import Decimal

# plain: no mark is used, or too few to tell, and a number with one is a fault
Mark = Literal["point", "comma", "plain"]

_SPACE = "\\s'\N{RIGHT SINGLE QUOTATION MARK}"
_NUMERIC = rf"^[0-9.,+-][0-9.,eE+\-{_SPACE}]*$"
_REGEX = {"point": r"\.", "comma": ","}
_GROUP = 3
# where columns are separated so, a mark before three digits groups thousands
_HABIT: dict[tuple[Mark, str], Mark] = {("comma", ","): "point", ("point", ";"): "comma"}


@dataclass(frozen=True)
class Votes:
    """Rows by what they say of the decimal mark; 1.234 says nothing and counts as `unclear_point`."""

    numbers: int
    point: int
    comma: int
    unclear_point: int
    unclear_comma: int


def votes(text: pl.Expr) -> dict[str, pl.Expr]:
    """For each field of `Votes`, whether a stripped text counts there."""
    numeric = text.str.contains(_NUMERIC)
    at_point, at_comma = (text.str.find(mark, literal=True) for mark in ".,")
    only_point = numeric & at_point.is_not_null() & at_comma.is_null()
    only_comma = numeric & at_comma.is_not_null() & at_point.is_null()
    many_points, many_commas = (text.str.count_matches(mark, literal=True) > 1 for mark in ".,")
    unclear_point, unclear_comma = _unclear(text, at_point), _unclear(text, at_comma)
    return {
        "numbers": numeric,
        "point": (at_comma < at_point) | (only_point & ~many_points & ~unclear_point) | (only_comma & many_commas),
        "comma": (at_point < at_comma) | (only_comma & ~many_commas & ~unclear_comma) | (only_point & many_points),
        "unclear_point": only_point & ~many_points & unclear_point,
        "unclear_comma": only_comma & ~many_commas & unclear_comma,
    }


def _unclear(text: pl.Expr, at: pl.Expr) -> pl.Expr:
    """One to three digits, no leading zero, before the mark, and three after it."""
    unsigned = at - text.str.contains("^[+-]").cast(pl.Int64)
    return unsigned.is_between(1, _GROUP) & (text.str.len_bytes() - at - 1 == _GROUP) & ~text.str.starts_with("0")


def decimal_mark(found: Votes, asked: Decimal, separator: str, tolerated: float) -> Mark | None:
    """The decimal mark of the file; None if its numbers do not decide it.

    `tolerated` is the share of numbers that may be written otherwise, `separator` that of the columns.
    """
    if asked != "auto":
        return asked
    few = tolerated * found.numbers
    if min(found.point, found.comma) > few:
        return None
    if found.point != found.comma:
        return "point" if found.point > found.comma else "comma"
    return _by_habit(found, separator, few)


def _by_habit(found: Votes, separator: str, few: float) -> Mark | None:
    if found.unclear_point + found.unclear_comma <= few:
        return "plain"
    if found.unclear_point and found.unclear_comma:
        return None
    return _HABIT.get(("point" if found.unclear_point else "comma", separator))


def parse(text: pl.Expr, mark: Mark) -> pl.Expr:
    """The number that a stripped text is, as Float64; null where it is none."""
    groups = _SPACE + {"point": ",", "comma": ".", "plain": ""}[mark]
    decimals = "" if mark == "plain" else f"(?:{_REGEX[mark]}[0-9]*)?(?:[eE][+-]?[0-9]+)?"
    number = rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{groups}][0-9]{{3}})+){decimals}$"
    digits = text.str.replace_all(f"[{groups}]", "").str.replace(",", ".", literal=True)
    return pl.when(text.str.contains(number)).then(digits.cast(pl.Float64, strict=False))
