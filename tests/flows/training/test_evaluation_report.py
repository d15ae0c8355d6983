"""`evaluation.json`: few points of many rows, and residuals of all of them."""

import json

import numpy as np
import polars as pl

from flows.training.evaluation_report import MAX_POINTS, evaluation_report

WIDTHS = {str(day): [-10.0, 10.0] for day in range(1, 8)}


def days(number: int) -> pl.DataFrame:
    """Days that sell 1000 units, whatever they are."""
    rows = pl.int_range(number)
    return pl.DataFrame({"Sales": [1000] * number}).with_columns(
        Date=pl.date(2025, 1, 1) + pl.duration(days=rows),
        DayOfWeek=rows % 7 + 1,
        Season=1,
        Holiday=0,
    )


def test_each_weekday_has_its_residuals_and_what_its_interval_covers() -> None:
    predicted = np.full(14, 1000.0)
    predicted[0], predicted[7] = 995.0, 965.0
    found = json.loads(json.dumps(evaluation_report(days(14), predicted, WIDTHS)))
    assert found["residuals"]["1"] == {
        "rows": 2,
        "mean": 20.0,
        "quantiles": [6.5, 12.5, 20.0, 27.5, 33.5],
        "coverage": 0.5,
    }
    assert found["residuals"]["2"]["coverage"] == 1
    assert found["interval"] == {"level": 0.9, "coverage": 13 / 14}
    first = {"Date": "2025-01-01", "DayOfWeek": 1, "Season": 1, "Holiday": 0, "actual": 1000, "predicted": 995.0}
    assert found["points"][0] == first


def test_of_many_rows_there_are_few_points_from_the_first_to_the_last_and_residuals_of_all() -> None:
    rows = 10 * MAX_POINTS + 1
    found = json.loads(json.dumps(evaluation_report(days(rows), np.full(rows, 990.0), WIDTHS)))
    assert MAX_POINTS * 0.9 < len(found["points"]) <= MAX_POINTS
    assert found["points"][-1]["Date"] > "2038"
    assert found["rows"] == sum(day["rows"] for day in found["residuals"].values()) == rows
