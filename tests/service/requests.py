"""Requests that POST /predict/ refuses, with the field that is at fault."""

BAD: list[tuple[str, str]] = [
    ('{"DayOfWeek": 0, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"DayOfWeek": 8, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"DayOfWeek": 3, "Season": 5, "Holiday": 0}', "Season"),
    ('{"DayOfWeek": 3, "Season": 1, "Holiday": 2}', "Holiday"),
    ('{"DayOfWeek": "3", "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"DayOfWeek": 3, "Season": "summer", "Holiday": 0}', "Season"),
    ('{"DayOfWeek": 3.5, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"DayOfWeek": 3, "Season": 1, "Holiday": true}', "Holiday"),
    ('{"DayOfWeek": null, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"DayOfWeek": 3, "Season": 1}', "Holiday"),
    ('{"DayOfWeek": 3, "Season": 1, "Holiday": 0, "Sales": 9}', "Sales"),
    ('{"DayOfWeek": 3, "Date": "2026-12-24"}', "DayOfWeek"),
    ('{"Date": "24/12/2026"}', "Date"),
    ('{"Date": "2026-02-29"}', "Date"),
    ('{"Date": "1969-12-31"}', "Date"),
    ('{"Date": 1798070400}', "Date"),
    ('{"Date": "1798070400"}', "Date"),
    ('{"Date": "2026-12-24T00:00:00Z"}', "Date"),
    ('{"date": "2026-12-24"}', "date"),
    ('{"codes": 3}', "codes"),
    ('{"DayOfWeek": 3, "DayOfWeek": 4, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"Date": "2026-12-24", "Dat\\u0065": "2026-12-25"}', "Date"),
    ('{"Date": null}', "Date"),
    ("{}", "DayOfWeek"),
    ("", "body"),
    ("  \n", "body"),
    ('{"DayOfWeek": 3,', "body"),
    ("[]", "body"),
    ("null", "body"),
    ('{"DayOfWeek": 1e400, "Season": 1, "Holiday": 0}', "DayOfWeek"),
    ('{"\\ud800": 1}', "body"),
    ("[" * 5000, "body"),
]

_OWN = ("Sales", "date", "codes")
"""Unknown in a single request; in a batch they are columns of the caller's own."""
BAD_ROWS = [(body, field) for body, field in BAD if body.strip() and field not in {"body", *_OWN}]
"""Those that a row of a batch may be."""
