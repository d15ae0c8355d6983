"""Numbers as people write them: which mark is the decimal one, and the expression that reads them."""

from dataclasses import dataclass
from typing import Literal

import polars as pl

from .errors import DataError
from .options import Decimal

# plain: no mark is used, or too few to tell, and a number with one is a fault
Mark = Literal["point", "comma", "plain"]

_SPACE = "\\s'\N{RIGHT SINGLE QUOTATION MARK}"
_UNCLEAR = r"^[+-]?[1-9][0-9]{0,2}MARK[0-9]{3}$"
_GROUPS = r"^[+-]?[0-9]{1,3}(?:MARK[0-9]{3}){2,}$"
_DECIMALS = r"^[+-]?[0-9]*(?:OTHER[0-9]{3})*MARK[0-9]*$"
_REGEX = {"point": r"\.", "comma": ","}
_OTHER = {"point": "comma", "comma": "point"}
# where columns are separated so, a mark before three digits groups thousands
_HABIT: dict[tuple[Mark, str], Mark] = {("comma", ","): "point", ("point", ";"): "comma"}


@dataclass(frozen=True)
class NumberEvidence:
    """Rows by what they say of the decimal mark; `unclear_point` counts 1.234, of which `example` may be one."""

    numbers: int
    point: int
    comma: int
    unclear_point: int
    unclear_comma: int
    row: int | None
    example: str | None


def evidence(text: pl.Expr) -> list[pl.Expr]:
    """One value for each field of `NumberEvidence`; `text` is stripped, rows are numbered by `row`."""
    text = text.str.replace_all(f"[{_SPACE}]", "")
    unclear = {mark: text.str.contains(_pattern(_UNCLEAR, mark)) for mark in _REGEX}
    either = unclear["point"] | unclear["comma"]
    return [
        text.str.contains("[0-9]").sum().alias("numbers"),
        *(_says(text, mark).sum().alias(mark) for mark in _REGEX),
        *(unclear[mark].sum().alias(f"unclear_{mark}") for mark in _REGEX),
        pl.col("row").filter(either).min().alias("row"),
        text.filter(either).first().alias("example"),
    ]


def _pattern(kind: str, mark: str) -> str:
    return kind.replace("MARK", _REGEX[mark]).replace("OTHER", _REGEX[_OTHER[mark]])


def _says(text: pl.Expr, mark: str) -> pl.Expr:
    decimals = text.str.contains(_pattern(_DECIMALS, mark)) & ~text.str.contains(_pattern(_UNCLEAR, mark))
    return decimals | text.str.contains(_pattern(_GROUPS, _OTHER[mark]))


def decimal_mark(found: NumberEvidence, asked: Decimal, separator: str, tolerated: float) -> Mark:
    """The decimal mark of the file. `tolerated` is the share of numbers that may be written otherwise.

    Raises:
        DataError: the numbers use marks that do not decide it.
    """
    if asked != "auto":
        return asked
    few = tolerated * found.numbers
    if min(found.point, found.comma) > few:
        raise DataError(
            f"Sales: {found.point} numbers have a decimal point and {found.comma} a decimal comma: "
            "write all of them in one way, or set decimal to point or comma."
        )
    if found.point != found.comma:
        return "point" if found.point > found.comma else "comma"
    return _by_habit(found, separator, few)


def _by_habit(found: NumberEvidence, separator: str, few: float) -> Mark:
    if found.unclear_point + found.unclear_comma <= few:
        return "plain"
    mark: Mark = "point" if found.unclear_point else "comma"
    both = found.unclear_point and found.unclear_comma
    if both or (mark, separator) not in _HABIT:
        raise DataError(
            f"Sales: nothing in the file tells decimals from thousands in numbers such as {found.example!r} "
            f"in row {found.row}: set decimal to point or comma."
        )
    return _HABIT[mark, separator]


def parse(text: pl.Expr, mark: Mark) -> pl.Expr:
    """The number that a stripped text is, as Float64; null where it is none."""
    groups = _SPACE + {"point": ",", "comma": ".", "plain": ""}[mark]
    decimals = "" if mark == "plain" else f"(?:{_REGEX[mark]}[0-9]*)?(?:[eE][+-]?[0-9]+)?"
    number = rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:[{groups}][0-9]{{3}})+){decimals}$"
    digits = text.str.replace_all(f"[{groups}]", "").str.replace(",", ".", literal=True)
    return pl.when(text.str.contains(number)).then(digits.cast(pl.Float64, strict=False))
