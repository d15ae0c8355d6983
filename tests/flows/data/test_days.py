"""Rows become days: sums, returns, days restated or without a row, and codes from the date."""

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.calendar import CalendarRule, calendar_of
from flows.data import DataError, Options, Report, prepare

Give = Callable[[str | bytes], Path]
FIRST = date(2024, 1, 1)
DAY = st.integers(0, 59)
UNITS = st.integers(-40, 400)
ROWS = st.lists(st.tuples(DAY, UNITS), max_size=80)
LENIENT = {"outliers": "none", "max_bad_rows": 1.0, "min_rows": 5}


def table(rows: list[tuple[int, int]]) -> pl.DataFrame:
    """Rows of the days of two months, each day at least once with 10 units, and those given below."""
    every = [(n, 10) for n in range(60)] + rows
    return pl.DataFrame(
        [(FIRST + timedelta(days=n), units) for n, units in every], schema=["Date", "Sales"], orient="row"
    )


def written(frame: pl.DataFrame, **options: object) -> tuple[Report, dict[date, float]]:
    """What the data step makes of a table: its report, and the figure of each day."""
    with TemporaryDirectory() as folder:
        source, out = Path(folder) / "source.csv", Path(folder) / "out"
        out.mkdir()
        frame.write_csv(source)
        report = prepare(source, out, Options.model_validate(LENIENT | options))
        parts = pl.concat(pl.read_csv(out / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
        days = dict(pl.read_csv(out / "days.csv", try_parse_dates=True).iter_rows())
        assert parts.group_by("Date").agg(pl.col("Sales").sum()).sort("Date").rows() == sorted(days.items())
        return report, days


@settings(deadline=None, max_examples=60)
@given(rows=ROWS)
def test_a_sum_is_of_all_rows_of_a_day_whatever_their_sign(rows: list[tuple[int, int]]) -> None:
    frame = table(rows)
    report, days = written(frame, aggregate="sum")
    assert days == dict(frame.group_by("Date").agg(pl.col("Sales").sum()).iter_rows())
    assert (report.total_sales, report.rows_quarantined) == (frame["Sales"].sum(), 0)


@settings(deadline=None, max_examples=60)
@given(rows=ROWS)
def test_the_last_row_of_a_day_is_its_figure(rows: list[tuple[int, int]]) -> None:
    frame = table(rows)
    _, days = written(frame, aggregate="last")
    assert days == dict(frame.iter_rows())


@settings(deadline=None, max_examples=60)
@given(returns=st.lists(st.tuples(DAY, st.integers(-40, -1)), max_size=80))
def test_returns_beside_one_row_are_taken_off_without_being_asked(returns: list[tuple[int, int]]) -> None:
    frame = table(returns)
    report, days = written(frame)
    assert days == dict(frame.group_by("Date").agg(pl.col("Sales").sum()).iter_rows())
    codes = {warning.code: warning.count for warning in report.warnings}
    assert ("returns" in codes) == bool(returns)
    assert codes.get("days_below_zero", 0) == sum(units < 0 for units in days.values())


@settings(deadline=None, max_examples=40)
@given(gone=st.sets(st.integers(1, 58), max_size=30), whole=st.booleans())
def test_days_without_a_row_are_unknown_or_zero_as_the_options_say(gone: set[int], whole: bool) -> None:
    frame = table([]).with_columns(pl.col("Sales") + (0 if whole else 0.5))
    kept = frame.filter(~pl.col("Date").is_in([FIRST + timedelta(days=n) for n in gone]))
    unknown, days = written(kept)
    codes = {warning.code: warning for warning in unknown.warnings}
    assert len(days) == 60 - len(gone)
    assert ("missing_days" in codes) == bool(gone)
    assert not gone or ("set missing_days to zero" in codes["missing_days"].message) == (len(gone) > 1)
    zero, filled = written(kept, missing_days="zero")
    assert len(filled) == 60
    assert {day for day, units in filled.items() if units == 0} == {FIRST + timedelta(days=n) for n in gone}
    assert zero.total_sales == unknown.total_sales


def test_zero_days_cannot_be_added_where_the_codes_follow_no_date(give: Give, out: Path) -> None:
    days = [FIRST + timedelta(days=n) for n in range(100) if n % 9]
    rows = [(day, (number * 3) % 7 + 1, 1, 0, 5) for number, day in enumerate(days)]
    frame = pl.DataFrame(rows, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")
    source = give(frame.write_csv())
    with pytest.raises(DataError, match="Set derive_from_date"):
        prepare(source, out, Options(missing_days="zero"))
    report = prepare(source, out, Options(missing_days="zero", derive_from_date=True))
    assert report.days == 98


COUNTRIES = st.sampled_from(["US", "DE", "ES", "JP", "none"])


@settings(deadline=None, max_examples=25)
@given(country=COUNTRIES, south=st.booleans(), sundays=st.booleans(), event=st.integers(0, 50))
def test_what_a_file_lacks_is_taken_from_the_rule_of_the_options(
    country: str, south: bool, sundays: bool, event: int
) -> None:
    own = {"start": FIRST + timedelta(days=event), "end": FIRST + timedelta(days=event + 3), "name": "Sale"}
    rule = CalendarRule.model_validate(
        {"country": None if country == "none" else country, "hemisphere": "south" if south else "north",
         "weekly": [7] if sundays else [], "events": [own]}
    )  # fmt: skip
    with TemporaryDirectory() as folder:
        source, out = Path(folder) / "source.csv", Path(folder) / "out"
        out.mkdir()
        table([]).write_csv(source)
        options = {"holidays_country": country, "hemisphere": rule.hemisphere, "sundays_are_holidays": sundays}
        report = prepare(source, out, Options.model_validate({**LENIENT, **options, "events": [own]}))
        parts = pl.concat(pl.read_csv(out / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
    assert report.calendar.rule == rule
    codes_of = calendar_of(rule).codes_of
    assert {day: tuple(codes) for day, *codes, _ in parts.iter_rows()} == {day: codes_of(day) for day in parts["Date"]}


def test_own_dates_are_holidays_in_a_file_with_holidays_of_its_own(frame: pl.DataFrame, give: Give, out: Path) -> None:
    event = {"start": "2023-05-02", "end": "2023-05-04", "name": "Launch"}
    prepare(give(frame.write_csv()), out, Options.model_validate({"events": [event]}))
    parts = pl.concat(pl.read_csv(out / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
    holidays = set(parts.filter(pl.col("Holiday") == 1)["Date"])
    own = {date(2023, 5, 2), date(2023, 5, 3), date(2023, 5, 4)}
    assert holidays == own | set(frame.filter(pl.col("Holiday") == 1)["Date"])


SHIFTS = {
    "Sunday is 1": (lambda iso: iso % 7 + 1, {"week_starts": "sunday"}),
    "Sunday is 0": (lambda iso: iso % 7, {"week_starts": "sunday", "weekday_base": 0}),
    "Saturday is 1": (lambda iso: (iso + 1) % 7 + 1, {"week_starts": "saturday"}),
    "Saturday is 0": (lambda iso: (iso + 1) % 7, {"week_starts": "saturday", "weekday_base": 0}),
    "Monday is 0": (lambda iso: iso - 1, {"weekday_base": 0}),
}


@pytest.mark.parametrize("plain", [True, False])
@pytest.mark.parametrize(("count", "options"), SHIFTS.values(), ids=SHIFTS.keys())
def test_a_shifted_week_is_refused_and_the_option_in_the_message_mends_it(
    count: Callable[[int], int], options: dict[str, object], plain: bool, frame: pl.DataFrame, give: Give, out: Path
) -> None:
    numbers = [count(weekday) for weekday in frame["DayOfWeek"]]
    shifted = frame.with_columns(DayOfWeek=pl.Series(numbers, dtype=pl.Int64))
    source = give(shifted.write_csv(separator="," if plain else ";", datetime_format=None))
    with pytest.raises(DataError) as caught:
        prepare(source, out, Options())
    for name, value in options.items():
        assert f"{name} to {value}" in str(caught.value)
    prepare(source, out, Options.model_validate(options))
    parts = pl.concat(pl.read_csv(out / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
    assert parts.sort("Date")["DayOfWeek"].to_list() == frame["DayOfWeek"].to_list()


PARTS = "Date,Country,Units\n" + "".join(
    f"{FIRST + timedelta(days=n)},{country},{units}\n"
    for n in range(60)
    for country, units in (("DE", 5), ("US", 7 + n))
)


def test_parts_of_a_day_are_told_to_add_up(give: Give, out: Path) -> None:
    with pytest.raises(DataError, match=r"which differ in Country: .* set aggregate to sum"):
        prepare(give(PARTS), out, Options(sales_column="Units"))


def test_copies_are_told_to_be_removed_or_taken_once(give: Give, out: Path) -> None:
    once = table([]).with_columns(pl.col("Sales") + pl.int_range(60))
    source = give(pl.concat([once, once]).write_csv())
    with pytest.raises(DataError, match=r"remove the copies, or set aggregate to last"):
        prepare(source, out)
    assert prepare(source, out, Options(aggregate="last")).total_sales == once["Sales"].sum()
