"""Dates, numbers and words on their own: what is written is what is read."""

from datetime import date

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dialect import vocabulary
from flows.data import DataError
from flows.data.cleaning import quantiles
from flows.data.reading import dates
from flows.data.reading import numbers as numerals
from flows.data.reading.numbers import SAYS, Mark, Votes

FORMATS = (
    "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dt%H:%M:%Sz", "%Y%m%dT%H%M%SZ", "%Y-%m-%dZ", "%Y-%m-%d UTC", "%Y-%m-%d+02:00", "%d/%m/%Y -05:00",
)  # fmt: skip
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def read_dates(texts: list[str], day_first: bool) -> list[date | None]:
    return pl.DataFrame({"text": texts}).select(dates.parse(pl.col("text"), day_first)).to_series().to_list()


@given(days=st.lists(DAYS, min_size=1), pattern=st.sampled_from(FORMATS))
def test_dates_are_read_as_they_were_written(days: list[date], pattern: str) -> None:
    assert read_dates([day.strftime(pattern) for day in days], day_first=True) == days


@given(days=st.lists(DAYS, min_size=1))
def test_dates_without_leading_zeros(days: list[date]) -> None:
    assert read_dates([f"{day.month}/{day.day}/{day.year}" for day in days], day_first=False) == days


@pytest.mark.parametrize(
    "text", ["2024-01-01-2024-01-07", "2024-01-01-202", "2024-01-01 - 2", "2024-01-01 2024", "1/2/2024-3/4"]
)
def test_a_range_is_no_date(text: str) -> None:
    assert read_dates([text], day_first=True) == [None]


@given(text=st.text(max_size=12))
def test_any_text_is_a_date_of_that_year_or_none(text: str) -> None:
    [read] = read_dates([text], day_first=True)
    assert read is None or str(read.year) in text


def order(texts: list[str]) -> dates.Order:
    return dates.order_of(pl.DataFrame({"key Date": texts, "n": [1] * len(texts), "row": range(2, len(texts) + 2)}))


@given(days=st.lists(DAYS, min_size=1), day_first=st.booleans())
def test_the_order_is_found_or_asked_for(days: list[date], day_first: bool) -> None:
    pattern = "%d/%m/%Y" if day_first else "%m/%d/%Y"
    found = order([day.strftime(pattern) for day in days])
    if any(day.day > 12 for day in days):
        assert dates.is_day_first(found, "auto", 0.02) == day_first
    else:
        with pytest.raises(DataError, match="set date_order"):
            dates.is_day_first(found, "auto", 0.02)


def test_one_odd_date_does_not_decide_against_the_others() -> None:
    found = order(["13/01/2024"] * 99 + ["01/13/2024"])
    assert dates.is_day_first(found, "auto", 0.02)
    with pytest.raises(DataError, match="99 rows can only have the day first and 1 only"):
        dates.is_day_first(found, "auto", 0.001)


def spell(number: float, mark: str, group: str, decimals: int) -> str:
    whole, _, rest = f"{number:,.{decimals}f}".partition(".")
    return whole.replace(",", group) + (mark + rest if rest else "")


@given(
    numbers=st.lists(st.integers(0, 10**9), min_size=1),
    decimals=st.sampled_from([0, 1, 2, 4]),
    marks=st.sampled_from([("point", ".", ","), ("comma", ",", "."), ("point", ".", ""), ("comma", ",", " ")]),
)
def test_numbers_are_read_as_they_were_written(numbers: list[int], decimals: int, marks: tuple[Mark, str, str]) -> None:
    mark, point, group = marks
    texts = pl.DataFrame({"text": [spell(number / 8, point, group, decimals) for number in numbers]})
    read = texts.select(numerals.parse(pl.col("text"), mark)).to_series().to_list()
    assert read == [float(f"{number / 8:.{decimals}f}") for number in numbers]


@pytest.mark.parametrize(
    "text", ["", "-", "1,2,3", "12,34", "1 23", "0x1F", "1_000", "٣", "1e", "1.5e3.0", "nan", "--1", "1.2.3"]
)
def test_what_is_no_number(text: str) -> None:
    assert pl.select(numerals.parse(pl.lit(text), "point")).item() is None


SAID = {
    "1234": "whole", "-5": "whole", "1 234": "whole", "12.5": "point", "1,234.5": "point", "1,234,567": "point",
    "1234.567": "point", "0.123": "point", ".5": "point", "12,5": "comma", "1.234,5": "comma", "1.234.567": "comma",
    "1.234": "unclear_point", "-123.456": "unclear_point", "1,234": "unclear_comma",
    "n.d.": None, "": None, "a,b": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), SAID.items())
def test_what_a_number_says_of_its_mark(text: str, said: str | None) -> None:
    place = pl.select(numerals.says(pl.lit(text))).item()
    assert (None if place is None else SAYS[place]) == said


@pytest.mark.parametrize(
    ("votes", "separator", "mark"),
    [
        (Votes(100, 0, 0, 0, 0), ",", "plain"),
        (Votes(90, 10, 0, 5, 0), ";", "point"),
        (Votes(90, 0, 3, 0, 5), ",", "comma"),
        (Votes(0, 1, 0, 99, 0), ",", None),
        (Votes(0, 1, 0, 99, 0), ";", None),
        (Votes(0, 0, 1, 99, 0), ";", "comma"),
        (Votes(98, 1, 0, 1, 0), ";", "point"),
        (Votes(50, 50, 1, 0, 0), ",", "point"),
        (Votes(50, 25, 25, 0, 0), ",", None),
        (Votes(0, 0, 0, 0, 100), ",", "point"),
        (Votes(0, 0, 0, 100, 0), ";", "comma"),
        (Votes(0, 0, 0, 100, 0), ",", None),
        (Votes(0, 0, 0, 0, 100), ";", None),
        (Votes(0, 0, 0, 50, 50), ";", None),
        (Votes(99, 0, 0, 0, 1), ";", "plain"),
    ],
)
def test_the_decimal_mark_of_a_file(votes: Votes, separator: str, mark: Mark | None) -> None:
    assert numerals.decimal_mark(votes, "auto", separator, 0.02) == mark


@pytest.mark.parametrize(
    ("column", "text", "code"),
    [
        ("DayOfWeek", " Miércoles ", 3), ("DayOfWeek", "sun", 7), ("DayOfWeek", "8", 8), ("DayOfWeek", "1,0", 1),
        ("Season", "OTOÑO", 2), ("Season", "fall", 2), ("Season", "-1", -1), ("Season", "2.5", None),
        ("Holiday", "Sí", 1), ("Holiday", "FALSE", 0), ("Holiday", "9" * 30, None), ("Holiday", "", None),
    ],
)  # fmt: skip
def test_codes(column: str, text: str, code: int | None) -> None:
    assert vocabulary.code_of(column, text) == code


@given(
    values=st.lists(st.floats(1e-3, 1e12) | st.integers(1, 50).map(float), min_size=1, max_size=300),
    shares=st.lists(st.floats(0, 1), min_size=1, max_size=4),
)
def test_quantiles_are_numpys(values: list[float], shares: list[float]) -> None:
    found = quantiles.quantiles(pl.LazyFrame({"value": values}), "value", (min(values), max(values)), shares)
    assert found == pytest.approx(np.quantile(values, shares).tolist(), rel=1e-12)


@given(values=st.lists(st.integers(1, 90_000), min_size=1, max_size=300), shares=st.lists(st.floats(0, 1), min_size=1))
def test_quantiles_of_whole_numbers_are_numpys(values: list[int], shares: list[float]) -> None:
    within = (float(min(values)), float(max(values)))
    found = quantiles.quantiles(pl.LazyFrame({"value": values}), "value", within, shares, whole=True)
    assert found == pytest.approx(np.quantile(values, shares).tolist(), rel=1e-12)
