"""The whole data step on whole files."""

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from sklearn.model_selection import train_test_split

from flows.data import Options, Report, prepare, to_markdown
from flows.data.schema import Day

Give = Callable[[str | bytes], Path]
SPLITS = ("stable", "random", "chronological")


def sides(out: Path) -> tuple[pl.DataFrame, pl.DataFrame]:
    train, test = (pl.read_csv(out / f"{name}.csv", try_parse_dates=True) for name in ("train", "test"))
    return train, test


def test_random_split_of_the_real_file_is_scikit_learns(real: Path, out: Path) -> None:
    report = prepare(real, out, Options(split="random"))
    train, test = train_test_split(pl.read_csv(real, try_parse_dates=True), test_size=0.3, random_state=42)
    assert sides(out)[0].equals(train)
    assert sides(out)[1].equals(test)
    assert (report.train_rows, report.test_rows) == (255, 110)


def test_what_is_said_of_the_real_file(real: Path, out: Path) -> None:
    report = prepare(real, out, Options(today=date(2026, 1, 1)))
    assert (report.rows_read, report.rows_kept, report.rows_quarantined, report.days) == (365, 365, 0, 365)
    assert report.test_rows / 365 == pytest.approx(0.3, abs=0.01)
    said = {notice.code: (notice.count, notice.examples) for notice in report.warnings}
    assert said["missing_days"] == (1, ("2024-02-29",))
    assert said["weekday_against_calendar"][0] == 365
    assert said["unseen_inputs"][0] == 28
    assert len(said) == 3


@pytest.mark.parametrize("split", SPLITS)
def test_files_hold_each_row_once(split: str, frame: pl.DataFrame, give: Give, out: Path) -> None:
    report = prepare(give(frame.write_csv()), out, Options.model_validate({"split": split}))
    train, test = sides(out)
    assert (train.height, test.height) == (report.train_rows, report.test_rows)
    assert pl.concat([train, test]).sort("Date").rows() == frame.rows()
    assert {path.name for path in out.iterdir()} == {
        "train.csv",
        "test.csv",
        "days.csv",
        "quarantine.csv",
        "report.json",
    }
    assert Report.model_validate_json((out / "report.json").read_text()) == report


@pytest.mark.parametrize("split", SPLITS)
def test_the_same_again(split: str, frame: pl.DataFrame, give: Give, tmp_path: Path) -> None:
    source = give(frame.write_csv())
    written = []
    for name in ("once", "again"):
        (tmp_path / name).mkdir()
        prepare(source, tmp_path / name, Options.model_validate({"split": split}))
        written.append([path.read_bytes() for path in sorted((tmp_path / name).iterdir())])
    assert written[0] == written[1]


def test_what_is_written_follows_the_schema(frame: pl.DataFrame, give: Give, out: Path) -> None:
    prepare(give(frame.write_csv()), out)
    for name in ("train.csv", "test.csv"):
        assert (out / name).read_text().startswith("Date,DayOfWeek,Season,Holiday,Sales\n2023-01-")
        Day.validate(pl.read_csv(out / name, try_parse_dates=True), cast=True)


def test_chronological_test_is_the_end(frame: pl.DataFrame, give: Give, out: Path) -> None:
    prepare(give(frame.sample(fraction=1, shuffle=True, seed=3).write_csv()), out, Options(split="chronological"))
    train, test = sides(out)
    assert test["Date"].sort().to_list() == frame["Date"].tail(120).to_list()
    assert train["Date"].max() < test["Date"].min()  # type: ignore[operator]


def test_fractions_stay_fractions(frame: pl.DataFrame, give: Give, out: Path) -> None:
    halves = frame.with_columns(pl.col("Sales") + 0.25)
    prepare(give(halves.write_csv()), out)
    assert pl.concat(sides(out)).sort("Date")["Sales"].to_list() == halves["Sales"].to_list()


def test_outliers_leave_train_and_stay_in_test(frame: pl.DataFrame, give: Give, out: Path) -> None:
    prepare(give(frame.write_csv()), out)
    train, test = sides(out)
    wild = [train["Date"][5], test["Date"][5]]
    high = pl.when(pl.col("Date").is_in(wild)).then(99_999).otherwise("Sales").alias("Sales")
    report = prepare(give(frame.with_columns(high).write_csv()), out, Options(outliers="iqr"))
    kept_train, kept_test = sides(out)
    assert kept_train.rows() == train.filter(pl.col("Date") != wild[0]).rows()
    assert kept_test.rows() == test.with_columns(high).rows()
    found = report.outliers
    calm = train.filter(pl.col("Date") != wild[0])["Sales"].to_list()
    assert (found.removed, found.share) == (1, 1 / train.height)
    place = frame["Date"].to_list().index(wild[0])
    assert [(o.row, o.date, o.sales) for o in found.listed] == [(place + 2, str(wild[0]), 99_999)]
    limits = found.limits
    assert limits
    assert limits.upper == limits.q3 + 1.5 * (limits.q3 - limits.q1) > max(calm)


def test_the_limits_are_those_of_train_alone(frame: pl.DataFrame, give: Give, out: Path) -> None:
    report = prepare(give(frame.write_csv()), out, Options(outliers="iqr"))
    train, _ = sides(out)
    assert report.outliers.limits
    quartiles = [train["Sales"].quantile(share, "linear") for share in (0.25, 0.75)]
    assert [report.outliers.limits.q1, report.outliers.limits.q3] == quartiles


def test_steps_are_told(frame: pl.DataFrame, give: Give, out: Path) -> None:
    told: list[str] = []
    prepare(give(frame.write_csv()), out, Options(), told.append)
    assert [step.split()[0] for step in told] == ["Reading", "Splitting", "Writing"]


def test_warnings(frame: pl.DataFrame, give: Give, out: Path) -> None:
    odd = frame.filter(pl.col("Date") != date(2023, 3, 5)).with_columns(
        Holiday=pl.lit(0), DayOfWeek=pl.when(pl.int_range(pl.len()) < 4).then(1).otherwise("DayOfWeek"), Price=pl.lit(7)
    )
    report = prepare(give(odd.write_csv() + ",,,,,\n"), out, Options(outliers="none"))
    said = {notice.code: notice.count for notice in report.warnings}
    assert said == {
        "missing_days": 1, "weekday_against_calendar": 3, "unseen_inputs": 28, "constant_columns": 1,
        "extra_columns": 1, "blank_rows": 1,
    }  # fmt: skip
    assert report.rows_blank == 1
    assert report.format.extra_columns == ("Price",)


def test_codes_that_mean_something_else(frame: pl.DataFrame, give: Give, out: Path) -> None:
    shifted = frame.with_columns(DayOfWeek=pl.col("DayOfWeek") % 7 + 1, Season=pl.col("Season") % 4 + 1)
    report = prepare(give(shifted.write_csv()), out, Options(week_starts="monday"))
    said = {notice.code: notice for notice in report.warnings}
    assert said["weekday_against_calendar"].count == said["season_against_calendar"].count == 400
    assert "400 of 400 rows, by 1 day in each" in said["weekday_against_calendar"].message
    assert "1 is summer, 2 autumn" in said["season_against_calendar"].message


def test_seasons_of_the_south(frame: pl.DataFrame, give: Give, out: Path) -> None:
    opposite = frame.with_columns(Season=pl.col("Season").replace({1: 3, 2: 4, 3: 1, 4: 2}))
    said = {notice.code for notice in prepare(give(opposite.write_csv()), out, Options(hemisphere="south")).warnings}
    assert "season_against_calendar" not in said


def test_the_report_as_a_table(frame: pl.DataFrame, give: Give, out: Path) -> None:
    odd = frame.with_columns(Sales=pl.when(pl.int_range(pl.len()) == 3).then(pl.lit("x")).otherwise("Sales"))
    report = prepare(give(odd.write_csv(separator=";")), out)
    text = to_markdown(report)
    assert "| Source | CSV, utf-8, ';', dates ISO |" in text
    assert "| not_a_number | 1 |" in text
    assert f"| Train rows (stable split) | {report.train_rows} |" in text
    assert "1 of the 400 days from 2023-01-01 to 2024-02-04 have no row. First: 2023-01-04." in text
    assert json.loads(report.model_dump_json())["quarantined"] == {"not_a_number": 1}
