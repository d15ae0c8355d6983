"""What a column holds, by a sample of its cells. Depends on nothing but `re`."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from domain.dialect.date_patterns import looks_like_date

MISSING = ("", ".", "-", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NaT", "null", "NULL", "None", "none")
"""Texts that stand for nothing, after stripping."""

_UNIX = re.compile(r"[0-9]{10}(?:[0-9]{3})?(?:\.[0-9]*)?")
_SERIAL = re.compile(r"[0-9]{5}(?:\.[0-9]+)?")
# a number as `numbers.parse` reads it, or nearly: a sign, a currency before or behind
_NUMBER = re.compile(
    r"[(+\-\u2212\u2013]*\s*(?:[A-Za-z]{0,3}[$€£¥₹₩₽]|[A-Z]{3})?\s*[(+\-\u2212\u2013]*"
    r"[0-9.,][0-9.,'\u2019\s]*(?:[eE][+-]?[0-9]+)?"
    r"\s*(?:[$€£¥₹₩₽]|[A-Z]{3}|kr\.?|zł|Kč|Ft|lei)?[)\-]*"
)
MOST = 0.5


@dataclass(frozen=True)
class ColumnSample:
    """Shares of the filled cells of a column that look like a date, like a time stamp in digits, like a number.

    `filled` counts the cells with something in them; with `has_colons` some have a time of day.
    """

    filled: int
    dates: float
    stamps: float
    numbers: float
    has_colons: bool = False

    @property
    def has_dates(self) -> bool:
        return self.dates > MOST

    @property
    def has_numbers(self) -> bool:
        return self.numbers > MOST


def looks_like_number(text: str) -> bool:
    """Whether a cell is spelled as a number. A date is none."""
    return bool(_NUMBER.fullmatch(text.strip())) and any(map(str.isdigit, text)) and not looks_like_date(text)


def sample_of(cells: Sequence[str]) -> ColumnSample:
    """What the cells of a column look like."""
    filled = [text for cell in cells if (text := cell.strip()) not in MISSING]
    count = len(filled) or 1
    return ColumnSample(
        filled=len(filled),
        dates=sum(map(looks_like_date, filled)) / count,
        stamps=sum(bool(_UNIX.fullmatch(text) or _SERIAL.fullmatch(text)) for text in filled) / count,
        numbers=sum(map(looks_like_number, filled)) / count,
        has_colons=any(":" in text for text in filled),
    )
