"""Reads dates, however people spell them. Depends on polars alone.

A time of day and a time zone are cut off: the date is the local day as it is written. Unix times are days in UTC.
"""

from collections.abc import Callable
from typing import Literal

import polars as pl

from domain.dialect.calendar_words import MONTHS
from domain.dialect.date_patterns import (
    COMPACT,
    DAY_MONTH_YEAR,
    ISO,
    MONTH_DAY_YEAR,
    SERIAL,
    SHORT,
    UNIX,
    WEEKDAY_AFTER,
    WEEKDAY_BEFORE,
    YEAR_LAST,
    YEAR_MONTH_DAY,
)  # fmt: skip

Order = Literal["day_first", "month_first", "year_first"]
DateOrder = Literal["auto", "day_first", "month_first", "year_first"]

_YEAR_LAST_AS_ISO = {"day_first": "${3}-${2}-${1}", "month_first": "${3}-${1}-${2}", "year_first": "${3}-${2}-${1}"}
_SHORT_AS_ISO = {
    "day_first": "yy${3}-${2}-${1}", "month_first": "yy${3}-${1}-${2}", "year_first": "yy${1}-${2}-${3}",
}  # fmt: skip
_MONTH_NUMBER = {word: f"{number:02}" for number, words in enumerate(MONTHS, 1) for word in words}
_PER_SECOND = {"s": 1, "ms": 1_000, "us": 1_000_000}
_SECONDS_A_DAY = 86_400
_FIRST_YEAR = 1_000
# 2000 to 2099: other numbers of that length are no times
_UNIX_DAYS = (10_957, 47_481)


def without_accents(text: pl.Expr) -> pl.Expr:
    """The text in lower case and without accents."""
    return text.str.to_lowercase().str.normalize("NFD").str.replace_all(r"\p{M}", "")


def without_weekday(plain: pl.Expr) -> pl.Expr:
    """The plain text of a date without a weekday before or after it."""
    rest = plain.str.replace(WEEKDAY_BEFORE, "").str.replace(WEEKDAY_AFTER, "")
    # `mar 1, 2025` is in March, `mar 01/04/2025` and `mar 1 de abril` on a Tuesday
    is_month = plain.str.contains(r"^mar[., ]+[0-9]{1,2}[ ,.]") & ~plain.str.contains(r"^mar[., ]+[0-9]{1,2} de ")
    return pl.when(is_month).then(plain).otherwise(rest)


def parse(texts: pl.Series, order: Order = "day_first", serials_from: str | None = None) -> pl.Series:
    """The dates of stripped texts; null where a text is none.

    `order` reads 03/04/2024 and 03/04/24. `serials_from` is day 0 of the day numbers of a workbook, in ISO;
    without it, day numbers are no dates.
    """
    days = texts.to_frame("text").select(day=_of_iso(pl.col("text"))).to_series()
    text = pl.col("text")
    ways: list[Callable[[], pl.Expr]] = [
        lambda: _numeric(without_weekday(without_accents(text)), order),
        lambda: _named(without_weekday(without_accents(text))),
        *(lambda unit=unit: _unix(text, unit) for unit in UNIX),
        *([lambda: _serial(text, serials_from)] if serials_from else []),
    ]
    # one way after the other, each on what the ones before left over: most columns are spelled in one way
    for way in ways:
        left = (days.is_null() & texts.is_not_null()).arg_true()
        if left.is_empty():
            break
        days = days.scatter(left, pl.DataFrame({"text": texts.gather(left)}).select(day=way()).to_series())
    return days


def _numeric(text: pl.Expr, order: Order) -> pl.Expr:
    iso = text.str.replace(YEAR_LAST, _YEAR_LAST_AS_ISO[order]).str.replace(SHORT, _SHORT_AS_ISO[order])
    for pattern in (ISO, COMPACT):
        iso = iso.str.replace(pattern, "${1}-${2}-${3}")
    return _of_iso(iso)


def _named(text: pl.Expr) -> pl.Expr:
    places = {DAY_MONTH_YEAR: (3, 2, 1), MONTH_DAY_YEAR: (3, 1, 2), YEAR_MONTH_DAY: (1, 2, 3)}
    found = []
    for pattern, groups in places.items():
        year, word, day = (text.str.extract(pattern, group) for group in groups)
        month = word.replace_strict(_MONTH_NUMBER, default=None, return_dtype=pl.String)
        short = pl.when(year.str.len_bytes() == len("25")).then(pl.lit("yy")).otherwise(pl.lit(""))
        found.append(_of_iso(pl.concat_str([short + year, month, day], separator="-")))
    return pl.coalesce(found)


def _of_iso(text: pl.Expr) -> pl.Expr:
    # two digits are 1970 to 2069; `%Y` alone would read them as a year of the first century
    century = text.str.replace("^yy([0-6][0-9])-", "20$1-").str.replace("^yy([7-9][0-9])-", "19$1-")
    day = century.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(day.dt.year() >= _FIRST_YEAR).then(day)


def _unix(text: pl.Expr, unit: str) -> pl.Expr:
    ticks = text.str.extract(UNIX[unit]).cast(pl.Int64, strict=False)
    days = ticks // (_PER_SECOND[unit] * _SECONDS_A_DAY)
    return pl.when(days.is_between(*_UNIX_DAYS)).then(days.cast(pl.Int32).cast(pl.Date))


def _serial(text: pl.Expr, day_zero: str) -> pl.Expr:
    days = text.str.extract(SERIAL.replace("[0-9]{5}", "([0-9]{5})", 1)).cast(pl.Int32, strict=False)
    return pl.lit(day_zero).str.to_date("%Y-%m-%d") + pl.duration(days=days)
