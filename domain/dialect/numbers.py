"""Reads numbers, however people spell them, and finds a column's decimal mark. Depends on polars alone."""

from dataclasses import astuple, dataclass
from typing import Literal

import polars as pl

# plain: no mark is used, or too few to tell, and a number with one is a fault
Mark = Literal["point", "comma", "plain"]
Decimal = Literal["auto", "point", "comma"]

_SPACE = "\\s'\N{RIGHT SINGLE QUOTATION MARK}"
_NUMERIC = rf"^[0-9.,+-][0-9.,eE+\-{_SPACE}]*$"
_REGEX = {"point": r"\.", "comma": ","}
_GROUP = 3
# where columns are separated so, a mark before three digits groups thousands
_HABIT: dict[tuple[Mark, str], Mark] = {("comma", ","): "point", ("point", ";"): "comma"}
_CURRENCY = (
    r"(?:(?i:US|AU?|CA?|NZ|HK|SG?|MX|AR|CL|CO|R)?\p{Sc}"
    r"|(?i:USD|EUR|GBP|JPY|CNY|RMB|KRW|INR|BRL|MXN|ARS|CLP|COP|PEN|UYU|CAD|AUD|NZD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN"
    r"|TRY|UAH|RUB|KZT|ZAR|ILS|HKD|SGD|TWD|THB|IDR|MYR|PHP|VND|AED|SAR|QAR|KWD|CRC|euros?|dollars|pesos)"
    r"|kr\.?|zł|Kč|Ft|lei)"
)
PERCENTAGE = r"^[^A-Za-z]*[0-9][^A-Za-z]*%$"


# what a number says of the decimal mark; 1.234 is an unclear point
VOTES = ("whole", "point", "comma", "unclear_point", "unclear_comma")


@dataclass(frozen=True)
class Votes:
    """Rows by what their number says of the decimal mark."""

    whole: int
    point: int
    comma: int
    unclear_point: int
    unclear_comma: int


def bare(text: pl.Expr) -> pl.Expr:
    """A stripped number without currency, its minus in front: `($1.50)`, `1.50-` and `-US$ 1.50` are `-1.50`."""
    minus = text.str.replace_all("[\N{MINUS SIGN}\N{EN DASH}\N{FIGURE DASH}]", "-")
    free = minus.str.replace(rf"^([+\-(]*)\s*{_CURRENCY}\s*", "$1").str.replace(rf"\s*{_CURRENCY}\s*([)\-]*)$", "$1")
    signed = free.str.replace(r"^\(\s*([0-9.,].*?)\s*\)$", "-$1").str.replace(r"^([0-9.,].*?)\s*-$", "-$1")
    return signed.str.replace(r"^([+-])\s+", "$1")


def vote(text: pl.Expr) -> pl.Expr:
    """What a bare number says of the decimal mark, by its place in `VOTES`; null if it is no number."""
    whole, point, comma, unclear_point, unclear_comma = (pl.lit(place, pl.Int8) for place in range(len(VOTES)))
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
    return before.is_between(1, _GROUP) & (after == _GROUP) & ~text.str.contains("^[+-]?0")


def decimal_mark(found: Votes, asked: Decimal, separator: str, tolerated: float) -> Mark | None:
    """The decimal mark of a column; None if its numbers do not decide it.

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
    majority: Mark = "point" if found.point > found.comma else "comma"
    # a slip or two do not decide what all the others mean
    is_clear = max(found.point, found.comma) > few or habit in {"plain", majority}
    return majority if is_clear else None


def _by_habit(found: Votes, separator: str, few: float) -> Mark | None:
    if found.unclear_point + found.unclear_comma <= few:
        return "plain"
    if found.unclear_point and found.unclear_comma:
        return None
    return _HABIT.get(("point" if found.unclear_point else "comma", separator))


def parse(text: pl.Expr, mark: Mark) -> pl.Expr:
    """The number that a bare text is, as Float64; null if it is none."""
    groups = _SPACE + {"point": ",", "comma": ".", "plain": ""}[mark]
    whole = rf"[0-9]+|[1-9][0-9]{{0,2}}(?:[{groups}][0-9]{{3}})+"
    # `.5` has no whole part
    amount = rf"(?:{whole})" if mark == "plain" else rf"(?:(?:{whole})(?:{_REGEX[mark]}[0-9]*)?|{_REGEX[mark]}[0-9]+)"
    number = rf"^[+-]?{amount}(?:[eE][+-]?[0-9]+)?$"
    digits = text.str.replace_all(f"[{groups}]", "").str.replace(",", ".", literal=True)
    return pl.when(text.str.contains(number)).then(digits.cast(pl.Float64, strict=False))
