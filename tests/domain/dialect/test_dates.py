"""Dates are read as they were written, or not at all."""

from datetime import date

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.dialect import dates
from domain.dialect.date_order import OrderEvidence, decide_order, order_evidence
from domain.dialect.dates import Order
from domain.dialect.errors import DataError

FORMATS = (
    "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d/%m/%Y %H:%M", "%Y-%m-%dT%H:%M:%SZ",
    "%Y-%m-%dt%H:%M:%Sz", "%Y%m%dT%H%M%SZ", "%Y-%m-%dZ", "%Y-%m-%d UTC", "%Y-%m-%d+02:00", "%d/%m/%Y -05:00",
)  # fmt: skip
DAYS = st.dates(date(2000, 1, 1), date(2099, 12, 31))


def read_dates(texts: list[str], order: Order = "day_first") -> list[date | None]:
    return dates.parse(pl.Series("text", texts, dtype=pl.String), order).to_list()


@given(days=st.lists(DAYS, min_size=1), pattern=st.sampled_from(FORMATS))
def test_dates_are_read_as_they_were_written(days: list[date], pattern: str) -> None:
    assert read_dates([day.strftime(pattern) for day in days]) == days


@given(days=st.lists(DAYS, min_size=1))
def test_dates_without_leading_zeros(days: list[date]) -> None:
    assert read_dates([f"{day.month}/{day.day}/{day.year}" for day in days], "month_first") == days


@pytest.mark.parametrize(
    "text", ["2024-01-01-2024-01-07", "2024-01-01-202", "2024-01-01 - 2", "2024-01-01 2024", "1/2/2024-3/4"]
)
def test_a_range_is_no_date(text: str) -> None:
    assert read_dates([text]) == [None]


@given(text=st.text(max_size=12))
def test_any_text_is_a_date_of_that_year_or_none(text: str) -> None:
    [read] = read_dates([text])
    assert read is None or str(read.year) in text


def evidence(texts: list[str]) -> OrderEvidence:
    return order_evidence(pl.DataFrame({"text": texts, "n": [1] * len(texts), "row": range(2, len(texts) + 2)}))


@given(days=st.lists(DAYS, min_size=1), order=st.sampled_from(["day_first", "month_first"]))
def test_the_order_is_found_or_asked_for(days: list[date], order: str) -> None:
    pattern = "%d/%m/%Y" if order == "day_first" else "%m/%d/%Y"
    found = evidence([day.strftime(pattern) for day in days])
    if any(day.day > 12 for day in days):
        assert decide_order(found, "auto", 0.02) == order
    else:
        with pytest.raises(DataError, match="set date_order"):
            decide_order(found, "auto", 0.02)


def test_one_odd_date_does_not_decide_against_the_others() -> None:
    found = evidence(["13/01/2024"] * 99 + ["01/13/2024"])
    assert decide_order(found, "auto", 0.02) == "day_first"
    with pytest.raises(DataError, match="99 rows can only have the day first and 1 only"):
        decide_order(found, "auto", 0.001)
