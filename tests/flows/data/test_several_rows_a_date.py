"""Shops: several rows a date are refused, made one, or left, as was asked."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from flows.data import DataError, Options, prepare

Give = Callable[[str | bytes], Path]
SPLITS = ("stable", "chronological")


@pytest.fixture
def shops(frame: pl.DataFrame, give: Give) -> Path:
    """Three shops a date, the third selling ten times as much, in the file one after the other."""
    return give(pl.concat([frame, frame, frame.with_columns(pl.col("Sales") * 10)]).write_csv())


def written(out: Path) -> pl.DataFrame:
    sides = [pl.read_csv(out / name, try_parse_dates=True) for name in ("train.csv", "test.csv")]
    return pl.concat(sides).sort("Date", "Sales")


def test_refused_by_default(shops: Path, out: Path) -> None:
    with pytest.raises(DataError, match="set aggregate to sum or mean") as caught:
        prepare(shops, out)
    assert "1,200 rows for 400 dates, such as rows 2 and 402, both 2023-01-01" in str(caught.value)


def test_a_table_pasted_twice_is_no_two_shops(frame: pl.DataFrame, give: Give, out: Path) -> None:
    source = give(frame.write_csv() + frame.write_csv(include_header=False))
    with pytest.raises(DataError, match=r"such as rows 2 and 402, both 2023-01-01\): remove the copies"):
        prepare(source, out)


def test_a_sum_does_not_show_its_order(frame: pl.DataFrame, give: Give, out: Path) -> None:
    tenths = pl.concat([frame.with_columns(Sales=pl.lit(share)) for share in (0.1, 0.2, 0.3)])
    prepare(give(tenths.write_csv()), out, Options(aggregate="sum"))
    assert written(out)["Sales"].to_list() == [0.6] * 400


@pytest.mark.parametrize(("how", "factor"), [("sum", 12), ("mean", 4)])
def test_made_one_row_a_date(how: str, factor: int, shops: Path, frame: pl.DataFrame, out: Path) -> None:
    report = prepare(shops, out, Options.model_validate({"aggregate": how}))
    assert written(out).rows() == frame.with_columns(pl.col("Sales") * factor).rows()
    assert (report.rows_read, report.rows_kept, report.days) == (1200, 400, 400)


@pytest.mark.parametrize("split", SPLITS)
def test_left_as_they_are_with_a_date_on_one_side(split: str, shops: Path, out: Path) -> None:
    asked = {"aggregate": "keep", "split": split, "iqr_factor": 50}
    report = prepare(shops, out, Options.model_validate(asked))
    assert written(out).rows() == pl.read_csv(shops, try_parse_dates=True).sort("Date", "Sales").rows()
    train, test = (pl.read_csv(out / name) for name in ("train.csv", "test.csv"))
    assert set(train["Date"]).isdisjoint(test["Date"])
    assert report.days == 400


def test_inputs_that_differ_within_a_date_follow_the_most(frame: pl.DataFrame, give: Give, out: Path) -> None:
    closed = frame.with_columns(Holiday=1 - pl.col("Holiday"))
    report = prepare(give(pl.concat([closed, frame, frame]).write_csv()), out, Options(aggregate="mean"))
    assert written(out).rows() == frame.rows()
    assert {notice.code: notice.count for notice in report.warnings}["inputs_disagree"] == 400


def test_a_mean_may_be_a_fraction(frame: pl.DataFrame, give: Give, out: Path) -> None:
    source = give(pl.concat([frame, frame.with_columns(pl.col("Sales") + 1)]).write_csv())
    prepare(source, out, Options(aggregate="mean"))
    assert written(out)["Sales"].to_list() == (frame["Sales"] + 0.5).to_list()
