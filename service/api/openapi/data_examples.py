"""Examples of the data's versions and of a check that the OpenAPI document shows."""

from typing import Any

_ID = "3q2-7wLxkE1mCkq1p0Jc2vT8Zb0yQfJm9dWn4sRtUvA"
_CALENDAR: dict[str, Any] = {
    "rule": {"country": "US", "subdivision": None, "hemisphere": "north", "weekly": [7], "events": []},
    "origin": "default",
    "followed": {},
    "warning": None,
}
TABLE: dict[str, Any] = {
    "id": _ID,
    "name": "steamworks_export.csv",
    "bytes": 48_120,
    "expires_at": "2026-11-24T16:20:00Z",
}
LOAD: dict[str, Any] = {
    "file": _ID,
    "options": {"sales_column": "Net Units Sold", "aggregate": "sum"},
    "asked_by": "Ana",
}
VERSION = "20261123T162008Z-9f86d081-0a1b"
ROLLBACK: dict[str, Any] = {"version": VERSION, "asked_by": "Ana"}
VERSIONS: dict[str, Any] = {
    "current": VERSION,
    "switched_at": "2026-11-23T16:20:08Z",
    "switched_by": "Ana (the API) (run quiet-otter)",
    "versions": [
        {
            "version": VERSION,
            "source": f"upload:{_ID}/steamworks_export.csv",
            "created_at": "2026-11-23T16:20:08Z",
            "read_at": "2026-11-24T02:30:02Z",
            "rows": {"read": 800, "train": 255, "test": 110, "quarantined": 2, "outliers": 1},
            "days": ["2025-11-24", "2026-11-22"],
            "calendar": _CALENDAR,
            "options": {"aggregate": "sum"},
        }
    ],
}
CHECK: dict[str, Any] = {
    "accepted": True,
    "refusal": "",
    "columns": ["Date", "Net Units Sold", "Package"],
    "named_options": ["aggregate"],
    "faults": [{"row": 802, "column": "Date", "value": "Total", "reason": "total_row"}],
    "report": {
        "format": {
            "kind": "csv",
            "encoding": "utf-8",
            "separator": ",",
            "decimal": "plain",
            "date_format": "ISO",
            "columns": {"Date": "Date", "Sales": "Net Units Sold"},
            "extra_columns": ["Package"],
            "sheet": "",
        },
        "rows_read": 801,
        "rows_blank": 0,
        "rows_quarantined": 1,
        "quarantined": {"total_row": 1},
        "days": 365,
        "first_date": "2025-11-24",
        "last_date": "2026-11-22",
        "train_rows": 255,
        "test_rows": 109,
        "total_sales": 5395.0,
        "calendar": _CALENDAR,
        "outliers": {"rule": "by_kind", "removed": 1, "removed_by_kind": {"Monday": 1}, "unusual_kept": {"newest": 2}},
        "warnings": [
            {
                "code": "extra_columns",
                "message": "Columns that are not used: Package.",
                "count": 1,
                "examples": [],
            }
        ],
    },
    "days": [{"Date": "2026-11-21", "Sales": 14.0}, {"Date": "2026-11-22", "Sales": 21.0}],
}
