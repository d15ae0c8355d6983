"""Whether dates would help is measured on days to come, and decides what `auto` learns from."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from flows.training.train import train
from flows.training.training_data import TrainingConfig
from flows.training.trend import FOLD_DAYS, FOLDS, MIN_LEARNED_DAYS, check_trend

FIRST = date(2024, 1, 1)


def days(number: int, level: np.ndarray, seed: int = 1) -> pl.DataFrame:
    """Days with a weekday that matters, at a level for each day, and some noise."""
    rng = np.random.default_rng(seed)
    rows = [
        (day := FIRST + timedelta(days=n), day.isoweekday(), (day.month // 3 + 2) % 4 + 1, 0,
         float(level[n] * (1 + 0.1 * day.isoweekday()) + rng.normal(0, 3)))
        for n in range(number)
    ]  # fmt: skip
    return pl.DataFrame(rows, schema=["Date", "DayOfWeek", "Season", "Holiday", "Sales"], orient="row")


SHAPES = {
    "flat": (np.full(500, 100.0), False),
    "decays": (40 + 400 * np.exp(-np.arange(500) / 90), True),
    "grows": (100 + np.arange(500) * 1.0, True),
    "fell and stays": (np.where(np.arange(500) < 250, 300.0, 100.0), True),
}


@pytest.mark.parametrize(("level", "helps"), SHAPES.values(), ids=SHAPES.keys())
def test_dates_help_where_the_level_moves(level: np.ndarray, helps: bool) -> None:
    found = check_trend(days(500, level))
    assert found
    assert (found.helps, found.folds) == (helps, FOLDS)
    assert ("set date_features" in str(found)) == helps


def test_of_too_few_days_nothing_is_said() -> None:
    enough = MIN_LEARNED_DAYS + FOLD_DAYS
    assert check_trend(days(enough - 1, np.full(enough, 100.0))) is None
    assert check_trend(days(enough, np.full(enough, 100.0))) is not None


def test_several_rows_a_date_count_as_their_mean() -> None:
    once = days(200, np.linspace(100, 300, 200))
    assert check_trend(pl.concat([once, once, once])) == check_trend(once)


@pytest.mark.parametrize(("shape", "columns"), [("flat", 3), ("decays", 5)])
def test_auto_learns_from_dates_where_they_help(shape: str, columns: int) -> None:
    rows = days(400, SHAPES[shape][0])
    result = train(rows[::2], rows[1::2], TrainingConfig({"n_estimators": [5]}, date_features="auto"))
    assert len(result.search.model.feature_names_in_) == columns
    assert result.trend
    assert result.metrics["trend_rmse_codes"] == result.trend.rmse_codes
