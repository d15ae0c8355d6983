"""Examples of the model's history and of runs that the OpenAPI document shows."""

from typing import Any

from service.api.openapi import examples

_LINKS = {
    "mlflow_run_url": "http://127.0.0.1:5000/#/experiments/1/runs/7d2a9a0c3f6a4a0f8f5f0a3b5b0d9c11",
    "prefect_run_url": "http://127.0.0.1:4200/runs/flow-run/019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f",
}
_METRICS = {
    **examples.MODEL["metrics"],
    "reference_weekday_mean_rmse": 150.2,
    "reference_cell_mean_rmse": 158.9,
    "interval_coverage": 0.91,
}
DECISION: dict[str, Any] = {
    "outcome": "promoted",
    "version": "4",
    "champion_before": "3",
    "challenger_rmse": 145.5,
    "champion_rmse": 152.1,
    "confidence": 0.97,
    "rows": 110,
    "rule": "promote when the challenger's RMSE is lower by more than 3.0% with a confidence of at least 95%",
    "reason": "RMSE 145.50 against 152.10 (+4.3% better)",
    "decided_by": "the schedule (run quiet-otter)",
    "decided_at": "2026-11-23T03:00:20Z",
    "progress": "carried out",
}
VERSIONS: dict[str, Any] = {
    "items": [
        {
            "version": "4",
            "created_at": "2026-11-23T03:00:18Z",
            "aliases": ["production"],
            "data_version": examples.MODEL["data_version"],
            "metrics": _METRICS,
            "decisions": [DECISION],
            "run_id": "7d2a9a0c3f6a4a0f8f5f0a3b5b0d9c11",
            **_LINKS,
        }
    ],
    "next_cursor": None,
}
WATCH: dict[str, Any] = {
    "status": "alarm",
    "change": "rise",
    "champion": "4",
    "checked_at": "2026-11-28T03:30:05Z",
    "watched_from": "2026-11-10",
    "last_day": "2026-11-27",
    "days": 18,
    "level_share": 1.21,
    "noise_share": 0.34,
    "martingale": 164.0,
    "since": "2026-11-20",
    "raised_on": "2026-11-26",
    "shift": 290.4,
    "shift_share": 0.1,
    "false_alarms_per_year": 0.05,
    "reason": "",
    "problems": [],
    "decision": "no training: sales rose since 2026-11-20; 8 of 10 days are known since the change",
    "decision_id": "",
}
EVALUATION: dict[str, Any] = {
    "version": "4",
    "data_version": examples.MODEL["data_version"],
    "metrics": _METRICS,
    "rows": 110,
    "interval": {"level": 0.9, "coverage": 0.91},
    "points": [{"Date": "2024-01-03", **examples.CODES, "actual": 2911.0, "predicted": 2874.1}],
    "residuals": {"3": {"rows": 16, "mean": 12.4, "quantiles": [-171.0, -66.2, 9.8, 84.0, 190.3], "coverage": 0.94}},
    **_LINKS,
}
ROLLBACK: dict[str, Any] = {"version": "3", "reason": "version 4 sells too little on holidays", "asked_by": "Ana"}
SCHEDULED_RUN: dict[str, Any] = {
    "id": "019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f",
    "name": "quiet-otter",
    "state": "SCHEDULED",
    "finished": False,
    "outcome": "It waits for its turn.",
    "progress": None,
    "steps": [],
    "created_at": "2026-11-23T16:20:00Z",
    "started_at": None,
    "ended_at": None,
    "prefect_run_url": _LINKS["prefect_run_url"],
}
RUN: dict[str, Any] = {
    **SCHEDULED_RUN,
    "state": "RUNNING",
    "outcome": "It is under way.",
    "progress": 0.4,
    "steps": [
        {"name": "load train and test", "state": "COMPLETED"},
        {"name": "search, train and score", "state": "RUNNING"},
    ],
    "started_at": "2026-11-23T16:20:06Z",
}
