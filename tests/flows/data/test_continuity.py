"""A new table against the version in use: what vanished, was restated or stopped is said, or refused."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.data import DataError, Options
from flows.data.continuity import EarlierVersion, compare_with_earlier, compare_with_today

FIRST = date(2025, 1, 1)


def days(number: int, level: float = 100.0) -> pl.DataFrame:
    """So many days, each with other Sales."""
    rows = [(FIRST + timedelta(days=n), level + n % 7) for n in range(number)]
    return pl.DataFrame(rows, schema=["Date", "Sales"], orient="row")


def codes(new: pl.DataFrame, old: pl.DataFrame, *, same_source: bool = True, force: bool = False) -> dict[str, int]:
    earlier = EarlierVersion("v1", old, same_source, force)
    return {notice.code: notice.count for notice in compare_with_earlier(new, earlier, Options())}


def test_a_table_that_goes_on_is_no_news() -> None:
    assert codes(days(210), days(200)) == {}
    assert {notice.code for notice in compare_with_earlier(days(210), None, Options())} == set()


@settings(deadline=None)
@given(lost=st.sets(st.integers(0, 199), max_size=60), restated=st.sets(st.integers(0, 199), max_size=60))
def test_lost_and_restated_days_are_counted_and_many_lost_ones_refused(lost: set[int], restated: set[int]) -> None:
    number = pl.int_range(pl.len())
    new = days(200).with_columns(pl.col("Sales") + number.is_in(list(restated)).cast(pl.Float64))
    new = new.filter(~number.is_in(list(lost)))
    expected = {"lost_days": len(lost), "restated_days": len(restated - lost)}
    assert codes(new, days(200), force=True) == {code: count for code, count in expected.items() if count}
    if len(lost) > 10:
        with pytest.raises(DataError, match=f"{len(lost)} of the 200 days .* max_lost_days, 5%.* force"):
            codes(new, days(200))


def test_the_same_figures_from_elsewhere_are_the_same_series() -> None:
    with pytest.raises(DataError, match="160 of the 200 days"):
        codes(days(40), days(200), same_source=False)


def test_other_figures_from_elsewhere_are_another_series_and_no_reason_to_refuse() -> None:
    assert codes(days(40, level=900), days(200), same_source=False) == {"another_series": 200}
    later = days(40).with_columns(pl.col("Date") + timedelta(days=900))
    assert codes(later, days(200), same_source=False) == {"another_series": 200}


def test_a_fall_to_less_than_half_of_the_usual_is_said() -> None:
    number = pl.int_range(pl.len())
    for factor, expected in ((0.4, {"sales_fell": 1}), (0.6, {})):
        newest = pl.when(number >= 172).then(pl.col("Sales") * factor).otherwise("Sales").alias("Sales")
        assert codes(days(200).with_columns(newest), days(170)) == expected


NOON = datetime(2026, 3, 10, 4, 0, tzinfo=UTC)  # 9 March, 21:00 in Los Angeles


@pytest.mark.parametrize(
    ("last", "zone", "expected"),
    [
        (date(2026, 3, 9), "America/Los_Angeles", ["last_day_not_over"]),
        (date(2026, 3, 9), "UTC", []),
        (date(2026, 3, 8), "America/Los_Angeles", []),
        (date(2026, 3, 1), "America/Los_Angeles", ["last_day_is_old"]),
        (date(2026, 3, 2), "America/Los_Angeles", []),
        (date(2026, 3, 2), "Asia/Tokyo", ["last_day_is_old"]),
    ],
)
def test_the_last_day_is_held_against_today_where_the_days_are_counted(
    last: date, zone: str, expected: list[str]
) -> None:
    found = compare_with_today(last, Options(time_zone=zone), NOON)
    assert [notice.code for notice in found] == expected
