"""The score on later days: the line between earlier and later, and that nothing of the later days is learned."""

from datetime import date

import polars as pl
import pytest

from flows.search import pipeline
from flows.training.backtest import chronological_scores, split_by_time

ROWS = pl.DataFrame({"Date": pl.date_range(date(2025, 1, 1), date(2025, 4, 10), eager=True)}).with_columns(
    DayOfWeek=pl.col("Date").dt.weekday().cast(pl.Int64), Season=3, Holiday=0
)
# every day sells 1000, and from the 71st on 1500
STEP = ROWS.with_columns(Sales=pl.Series([1000] * 70 + [1500] * 30))


def test_the_first_days_are_on_one_side_and_the_rest_on_the_other() -> None:
    twice = pl.concat([STEP, STEP]).sample(fraction=1, shuffle=True, seed=1)
    earlier, later = split_by_time(twice)
    assert (len(earlier), len(later)) == (140, 60)
    assert earlier["Date"].max() == date(2025, 3, 11)
    assert later["Date"].min() == date(2025, 3, 12)


def test_the_score_is_that_of_a_model_that_never_saw_the_later_days() -> None:
    features = STEP.select("DayOfWeek", "Season", "Holiday").to_pandas()
    model = pipeline(1, n_estimators=3).fit(features, STEP["Sales"].to_pandas())
    shuffled = STEP.sample(fraction=1, shuffle=True, seed=1)
    before = model.predict(features).tolist()
    found = chronological_scores(model, shuffled[:70], shuffled[70:])
    assert found is not None
    assert [found.rmse, found.mae] == pytest.approx([500, 500])
    assert found.rows == 30
    assert model.predict(features).tolist() == before


def test_a_single_day_has_no_later_ones() -> None:
    one = STEP[:1]
    assert chronological_scores(pipeline(1, n_estimators=1), one, one) is None
