"""A small table of own dates becomes a parameter of the ETL, or is refused by its row."""

from pathlib import Path

import pytest

from flows.cli import build_parser, deployment_request
from flows.errors import CurableError
from flows.orchestration.events_file import read_events


def test_rows_become_events_of_the_flow(tmp_path: Path) -> None:
    table = tmp_path / "events.csv"
    table.write_text("\ufeffStart, End,Name\n2026-06-25,2026-07-09,Summer sale\n2026-10-01,,Launch\n2026-12-01\n")
    expected = [
        {"start": "2026-06-25", "end": "2026-07-09", "name": "Summer sale"},
        {"start": "2026-10-01", "name": "Launch"},
        {"start": "2026-12-01", "name": ""},
    ]
    assert read_events(table) == expected
    words = build_parser().parse_args(["etl", "--events", str(table), "--set", "aggregate=sum"])
    assert deployment_request(words)[1]["options"] == {"aggregate": "sum", "events": expected}


@pytest.mark.parametrize(
    ("rows", "cure"),
    [
        ("2026-06-25,2026-06-01,x\n", "row 2.*ends on its first day or later"),
        ("2026-06-25,,x\n25/06/2026,,y\n", "row 3: start: .*dates as 2026-06-25"),
        (",,x\n", "row 2: start: Field required"),
    ],
)
def test_a_row_that_is_no_event_is_named(rows: str, cure: str, tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(f"start,end,name\n{rows}")
    with pytest.raises(CurableError, match=cure):
        read_events(tmp_path / "events.csv")


def test_a_table_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(CurableError, match=r"cannot be read .*start,end,name"):
        read_events(tmp_path / "events.csv")
