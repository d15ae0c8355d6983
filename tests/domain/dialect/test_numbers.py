"""Numbers are read as they were written, or not at all."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dialect import numbers
from domain.dialect.numbers import VOTES, Mark, Votes


def spell(number: float, mark: str, group: str, decimals: int) -> str:
    whole, _, rest = f"{number:,.{decimals}f}".partition(".")
    return whole.replace(",", group) + (mark + rest if rest else "")


@given(
    amounts=st.lists(st.integers(0, 10**9), min_size=1),
    decimals=st.sampled_from([0, 1, 2, 4]),
    marks=st.sampled_from([("point", ".", ","), ("comma", ",", "."), ("point", ".", ""), ("comma", ",", " ")]),
)
def test_numbers_are_read_as_they_were_written(amounts: list[int], decimals: int, marks: tuple[Mark, str, str]) -> None:
    mark, point, group = marks
    texts = pl.DataFrame({"text": [spell(number / 8, point, group, decimals) for number in amounts]})
    read = texts.select(numbers.parse(pl.col("text"), mark)).to_series().to_list()
    assert read == [float(f"{number / 8:.{decimals}f}") for number in amounts]


@pytest.mark.parametrize(
    "text", ["", "-", "1,2,3", "12,34", "1 23", "0x1F", "1_000", "٣", "1e", "1.5e3.0", "nan", "--1", "1.2.3"]
)
def test_what_is_no_number(text: str) -> None:
    assert pl.select(numbers.parse(pl.lit(text), "point")).item() is None


VOTE_OF = {
    "1234": "whole", "-5": "whole", "1 234": "whole", "12.5": "point", "1,234.5": "point", "1,234,567": "point",
    "1234.567": "point", "0.123": "point", ".5": "point", "12,5": "comma", "1.234,5": "comma", "1.234.567": "comma",
    "1.234": "unclear_point", "-123.456": "unclear_point", "1,234": "unclear_comma",
    "n.d.": None, "": None, "a,b": None,
}  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), VOTE_OF.items())
def test_what_a_number_says_of_its_mark(text: str, expected: str | None) -> None:
    place = pl.select(numbers.vote(pl.lit(text))).item()
    assert (None if place is None else VOTES[place]) == expected


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
    assert numbers.decimal_mark(votes, "auto", separator, 0.02) == mark
