"""Every case of `files/right.json`, from the file to the answer of the API: what is right is what comes out."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest

from flows.data import DataError, Options, prepare
from service.model_loading.worker_client import WorkerClient
from tests.cases.pathway import FILES, prepared, served


@pytest.fixture(scope="module")
def worker() -> Iterator[WorkerClient]:
    worker = WorkerClient()
    yield worker
    worker.close()


def refusal(name: str, out: Path, **options: object) -> str:
    with pytest.raises(DataError) as caught:
        prepared(name, out, **options)
    return str(caught.value)


def mean(name: str, *conditions: pl.Expr) -> float:
    """Mean Sales of a file on some of its days."""
    value = pl.read_csv(FILES / name, try_parse_dates=True).filter(*conditions)["Sales"].mean()
    assert isinstance(value, float)
    return value


@pytest.mark.parametrize("options", [{}, {"aggregate": "sum"}])
def test_returns_are_taken_off(options: dict[str, object], tmp_path: Path) -> None:
    report = prepared("returns_in_rows_of_their_own.csv", tmp_path, **options)
    assert (report.days, report.total_sales, report.rows_quarantined) == (200, 63791, 0)


def test_christmas_and_sundays_of_public_holidays(worker: WorkerClient) -> None:
    with served("public_holidays_only.csv", worker) as api:
        assert api.report.calendar.rule.country == "US"
        assert api.report.calendar.rule.weekly == ()
        christmas = api.on(date(2026, 12, 25))
        assert christmas["prediction"] == pytest.approx(1310, rel=0.05)
        sunday = api.on(date(2026, 11, 29))
        assert sunday["Holiday"] == 0
        assert sunday["prediction"] == pytest.approx(410, rel=0.03)
        assert sunday["prediction"] == api.ask(DayOfWeek=7, Season=2, Holiday=0)["prediction"]
        shown = api.client.get("/model").json()["calendar"]
        assert (shown["origin"], shown["followed"]["Holiday"], shown["warning"]) == ("file", 1.0, None)


def test_launch_and_sales_are_read_and_a_refusal_by_iqr_names_what_works(tmp_path: Path) -> None:
    for name in ("by kind", "refused", "wide", "many"):
        (tmp_path / name).mkdir()
    report = prepared("launch_and_sale_spikes.csv", tmp_path / "by kind")
    assert report.outliers.removed == 0
    assert report.outliers.unusual_kept["event"] > 20
    message = refusal("launch_and_sale_spikes.csv", tmp_path / "refused", outliers="iqr")
    named = dict(re.findall(r"(iqr_factor|max_outliers) to ([0-9.]*[0-9])", message))
    wide = prepared(
        "launch_and_sale_spikes.csv", tmp_path / "wide", outliers="iqr", iqr_factor=float(named["iqr_factor"])
    )
    assert wide.outliers.share <= 0.05
    many = {"outliers": "iqr", "max_outliers": float(named["max_outliers"])}
    assert prepared("launch_and_sale_spikes.csv", tmp_path / "many", **many).outliers.removed == 76


def test_a_small_game_s_days_without_sales_are_days(worker: WorkerClient) -> None:
    with served("zero_days.csv", worker) as api:
        assert (api.report.days, api.report.rows_quarantined, api.report.outliers.removed) == (300, 0, 0)
        inputs = api.client.get("/model/inputs").json()["inputs"]
        assert min(day["lower"] for day in inputs) >= 0
        for weekday, truth in ((1, 0.5), (2, 0.5), (3, 0.5), (4, 0.5), (5, 0.5), (6, 1.6), (7, 1.8)):
            predicted = [day["prediction"] for day in inputs if day["DayOfWeek"] == weekday and day["seen_in_training"]]
            assert sum(predicted) / len(predicted) == pytest.approx(truth, abs=0.35)


def test_a_later_export_wins_if_the_user_says_so(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    message = refusal("overlap_20_of_400.csv", tmp_path)
    assert "20 of 400 dates stand in the file again with other Sales" in message
    assert "set aggregate to last" in message
    report = prepared("overlap_20_of_400.csv", tmp_path / "out", aggregate="last")
    assert (report.days, report.total_sales) == (400, 128070)


def test_a_game_that_decays_is_predicted_as_it_sells_now(worker: WorkerClient) -> None:
    with served("decay_after_launch.csv", worker, date_features=None) as api:
        ahead = api.client.get("/model/days", params={"start": "2026-11-28", "days": 28}).json()["days"]
        assert sum(day["prediction"] for day in ahead) / 28 == pytest.approx(77, rel=0.1)
        assert min(day["lower"] for day in ahead) >= 0


def test_no_limit_is_below_zero_without_trend_either(worker: WorkerClient) -> None:
    with served("decay_after_launch.csv", worker) as api:
        inputs = api.client.get("/model/inputs").json()["inputs"]
        assert min(day["lower"] for day in inputs) >= 0
        assert min(day["prediction"] for day in inputs) >= 0


def test_a_source_that_lost_most_of_its_days_is_refused_unless_forced(tmp_path: Path) -> None:
    from flows.data.continuity import EarlierVersion

    days = pl.read_csv(FILES / "full_two_years.csv", try_parse_dates=True).select("Date", pl.col("Sales").cast(float))
    for number, force in enumerate((False, True)):
        (tmp_path / f"{number}").mkdir()
        earlier = EarlierVersion("before", days, same_source=False, force=force)
        if not force:
            with pytest.raises(DataError, match=r"690 of the 730 days .* use force"):
                prepare(FILES / "truncated_to_40_days.csv", tmp_path / "0", Options(), earlier=earlier)
            continue
        report = prepare(FILES / "truncated_to_40_days.csv", tmp_path / "1", Options(), earlier=earlier)
        assert {warning.code: warning.count for warning in report.warnings}["lost_days"] == 690


@pytest.mark.parametrize("name", ["weekday_sunday_is_1.csv", "weekday_sunday_is_0.csv"])
def test_a_sunday_is_predicted_as_a_sunday(name: str, worker: WorkerClient, tmp_path: Path) -> None:
    message = refusal(name, tmp_path)
    named = dict(re.findall(r"(weekday_base|week_starts) to (\w+)", message))
    base = int(named["weekday_base"]) if "_0" in name else 1
    with served(name, worker, week_starts="sunday", weekday_base=base) as api:
        assert named["week_starts"] in ("sunday", "monday")
        day = date(2026, 11, 29)
        sundays = mean(name, pl.col("Date").dt.weekday() == 7, pl.col("Season") == 2)
        assert api.on(day)["prediction"] == pytest.approx(sundays, rel=0.05)
        assert api.report.calendar.warning is None


def test_the_real_file_keeps_its_model_and_its_calendar_is_sundays(tmp_path: Path) -> None:
    from flows.retrain import GRID
    from flows.training.train import train
    from flows.training.training_data import TrainingConfig

    real = Path(__file__).parents[3] / "shared/data/steam_selling_games.csv"
    if not real.exists():
        pytest.skip("the real file is not beside this clone")
    report = prepare(real, tmp_path, Options(split="random", outliers="iqr"))
    assert report.calendar.rule.model_dump(include={"country", "weekly"}) == {"country": None, "weekly": (7,)}
    assert report.calendar.warning
    train_rows, test_rows = (pl.read_csv(tmp_path / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
    assert train(train_rows, test_rows, TrainingConfig(GRID)).test.rmse == pytest.approx(145.478476, abs=1e-6)


SAME_90_DAYS = [
    "date_and_units", "date_mon_d_y", "date_d_mon_y", "date_d_month_y", "date_weekday_mdy", "date_mdy2",
    "date_epoch_s", "date_epoch_ms", "date_es_largo", "date_ampm", "date_ts_offset", "date_ts_pdt",
]  # fmt: skip


@pytest.mark.parametrize("name", SAME_90_DAYS)
def test_the_same_90_days_however_their_dates_are_written(name: str, tmp_path: Path) -> None:
    report = prepared(f"{name}.csv", tmp_path)
    assert (report.days, report.total_sales) == (90, 32376)
    assert (report.first_date, report.last_date) == ("2025-01-01", "2025-03-31")
    days = pl.concat(pl.read_csv(tmp_path / f"{side}.csv", try_parse_dates=True) for side in ("train", "test"))
    assert days.filter(pl.col("DayOfWeek") != pl.col("Date").dt.weekday()).is_empty()


@pytest.mark.parametrize("name", ["steamworks_export.csv", "steamworks_renamed.csv"])
def test_a_steamworks_export_is_its_net_units_a_day(name: str, worker: WorkerClient) -> None:
    right = json.loads((FILES / "steamworks_export.right.json").read_text())
    with served(name, worker, derive_from_date=True, aggregate="sum") as api:
        assert (api.report.days, api.report.total_sales) == (90, 5395)
        assert {str(day): units for day, units in api.days.iter_rows()} == right["daily net"]
        saturday = date(2025, 11, 29)
        assert api.on(saturday + timedelta(7))["prediction"] == pytest.approx(70, abs=25)


def test_a_steamworks_export_without_options_is_told_to_add_up(tmp_path: Path) -> None:
    assert "set aggregate to sum" in refusal("steamworks_export.csv", tmp_path)


def test_orders_are_counted_and_refunds_taken_off(tmp_path: Path) -> None:
    report = prepared("google_play_orders.csv", tmp_path)
    assert (report.days, report.total_sales) == (40, 232)


def test_a_column_a_day_is_told_to_turn_the_table(tmp_path: Path) -> None:
    message = refusal("square_summary.csv", tmp_path)
    assert "day" in message
    assert "column" in message


@pytest.mark.parametrize("name", ["holiday_by_name.csv", "holiday_letters.csv"])
def test_a_holiday_by_its_name_is_a_holiday(name: str, tmp_path: Path) -> None:
    prepared(name, tmp_path)
    days = pl.concat(pl.read_csv(tmp_path / f"{side}.csv") for side in ("train", "test"))
    assert (days.height, days["Holiday"].sum()) == (366, 11)


def test_currency_signs_and_accounting_parentheses_are_numbers(tmp_path: Path) -> None:
    for name, first in (("sales_with_currency.csv", 7116.44), ("sales_parentheses.csv", 356)):
        out = tmp_path / name
        out.mkdir()
        prepared(name, out)
        days = pl.read_csv(out / "days.csv", try_parse_dates=True)
        assert days.filter(pl.col("Date") == date(2025, 1, 1))["Sales"].item() == first
    assert days["Sales"].min() == -5
