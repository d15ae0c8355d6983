"""What a pipeline writes beside its model (docs/contracts.md)."""

from typing import Any

FEATURES = ["DayOfWeek", "Season", "Holiday"]
INTERVAL = {"level": 0.9, "by_weekday": {str(day): [-100.0 - day, 200.0 + day] for day in range(1, 8)}}
SEEN = [[weekday, season, int(weekday == 7)] for weekday in range(1, 8) for season in range(1, 5)]
FINDINGS: dict[str, Any] = {
    "features": FEATURES,
    "interval": INTERVAL,
    "seen": SEEN,
    "weekday_means": {str(day): 1000.0 * day for day in range(1, 8)},
    "metrics": {"cv_mse": 4.0, "cv_rmse": 2.0, "test_mse": 9.0, "test_rmse": 3.0, "test_r2": 0.9},
    "data_version": "2026-11-23T02-00-05Z",
    "trained_at": "2026-11-23T03:00:12Z",
}
