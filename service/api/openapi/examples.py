"""Examples that the OpenAPI document shows."""

from typing import Any

CODES: dict[str, Any] = {"DayOfWeek": 3, "Season": 1, "Holiday": 0}
DATE: dict[str, Any] = {"Date": "2026-12-24"}
PREDICTION: dict[str, Any] = {
    "id": "019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f",
    "prediction": 2874.1,
    "interval": {"level": 0.9, "lower": 2683.9, "upper": 3075.8},
    "model_version": "4",
    "seen_in_training": True,
    "calendar_warning": None,
    **CODES,
    "Date": None,
    "created_at": "2026-11-23T16:20:00.123456Z",
}
PAGE: dict[str, Any] = {"items": [PREDICTION], "next_cursor": PREDICTION["id"]}
SUMMARY: dict[str, Any] = {
    "step": "day",
    "since": "2026-10-25T00:00:00Z",
    "until": "2026-11-23T17:00:00Z",
    "items": [
        {"start": "2026-11-22T00:00:00Z", "count": 96, "mean": 2410.3, "minimum": 1604.0, "maximum": 4120.8},
        {"start": "2026-11-23T00:00:00Z", "count": 24, "mean": 2874.1, "minimum": 1611.5, "maximum": 4120.8},
    ],
    "versions": {"3": 96, "4": 24},
}
CSV = (
    "id,created_at,DayOfWeek,Season,Holiday,Date,prediction,level,lower,upper,model_version,seen_in_training\r\n"
    "019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f,2026-11-23T16:20:00.123456Z,3,1,0,,2874.1,0.9,2683.9,3075.8,4,true\r\n"
)
BATCH_CSV = "DayOfWeek,Season,Holiday\r\n3,1,0\r\n7,1,1\r\n"
BATCH_CHECK: dict[str, Any] = {
    "rows": 2,
    "bad_rows": 1,
    "faults": [
        {
            "row": 2,
            "field": "Season",
            "sent": "5",
            "code": "value",
            "message": "Input should be less than or equal to 4",
        }
    ],
    "more_faults": 0,
    "sample": [
        {
            "row": 1,
            "sent": {"DayOfWeek": "3", "Season": "1", "Holiday": "0"},
            "understood": {**CODES, "Date": None, "seen_in_training": True},
        },
        {"row": 2, "sent": {"DayOfWeek": "3", "Season": "5", "Holiday": "0"}, "understood": None},
    ],
}
MODEL: dict[str, Any] = {
    "version": "4",
    "trained_at": "2026-11-23T03:00:12Z",
    "data_version": "2026-11-23T02-00-05Z",
    "metrics": {"cv_mse": 17424.0, "cv_rmse": 132.0, "test_mse": 21170.2, "test_rmse": 145.5, "test_r2": 0.977},
    "features": ["DayOfWeek", "Season", "Holiday"],
    "interval": {"level": 0.9, "by_weekday": {str(day): [-190.2, 201.7] for day in range(1, 8)}},
    "seen": [[1, 1, 0], [7, 1, 1]],
    "calendar": {
        "rule": {"country": None, "subdivision": None, "hemisphere": "north", "weekly": [7], "events": []},
        "origin": "file",
        "followed": {"DayOfWeek": 1.0, "Season": 1.0, "Holiday": 1.0},
        "warning": None,
        "overridden": [],
    },
    "weekday_means": {str(day): 1638.1 for day in range(1, 8)},
}
FORECAST: dict[str, Any] = {
    "model_version": "4",
    "level": 0.9,
    "days": [
        {
            "Date": "2026-12-25",
            "DayOfWeek": 5,
            "Season": 3,
            "Holiday": 1,
            "holiday_name": "Christmas Day",
            "prediction": 3412.7,
            "lower": 3222.5,
            "upper": 3614.4,
            "seen_in_training": False,
        }
    ],
}
ALL_COMBINATIONS: dict[str, Any] = {
    "model_version": "4",
    "level": 0.9,
    "inputs": [{**CODES, "prediction": 2874.1, "lower": 2683.9, "upper": 3075.8, "seen_in_training": True}],
}
HEALTH: dict[str, Any] = {"status": 200, "message": "OK"}
READINESS: dict[str, Any] = {
    **HEALTH,
    "model_version": "4",
    "model_source": "mlflow",
    "model_checked_at": "2026-11-23T16:20:00Z",
    "model_trouble": "MLflow at http://127.0.0.1:5000 fails: ConnectError('All connection attempts failed')",
}
METRICS = 'steam_sales_predictions_total{model_version="4"} 1205.0\n'
