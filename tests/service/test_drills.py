"""The drills see what went wrong: each fault that they look for is found."""

import json
from typing import Any

import pytest

from drills.history import compare, only_refused
from drills.load import Load, Received
from drills.promotions import Promotion, check
from drills.registry import Table
from drills.report import Line

TABLES: dict[str, Table] = {"1": {(1, 2, 0): 100.0}, "2": {(1, 2, 0): 200.0}}
Item = dict[str, Any]


def item(name: str, version: str = "1", prediction: float = 100.0, date: str | None = None) -> Item:
    """A prediction as it is answered."""
    codes = {"DayOfWeek": 1, "Season": 2, "Holiday": 0, "Date": date}
    return codes | {"id": name, "model_version": version, "prediction": prediction}


def load_of(*answers: Item | list[Item], sent: float = 0.0) -> Load:
    """What one client was told, an answer each second."""
    load = Load(1, 7)
    for second, answer in enumerate(answers):
        body = {"items": answer} if isinstance(answer, list) else answer
        load.received[0].append(Received(sent + second, json.dumps(body).encode()))
    return load


def faults(load: Load, kept: list[Item]) -> list[str]:
    """What is found wrong with a history."""
    line = Line("", "")
    compare(line, [load], kept)
    return line.faults


def test_a_history_as_it_was_answered_has_no_fault_and_shows_what_nobody_heard() -> None:
    line = Line("done", "expected")
    compare(line, [load_of(item("a"), [item("b"), item("c")])], [item(name) for name in "abcd"])
    assert line.faults == []
    assert "3 predictions answered" in str(line)
    assert "1 stored but never heard of" in str(line)
    assert str(line).startswith("OK | done")


@pytest.mark.parametrize(
    ("kept", "fault"),
    [
        ([item("a")], "1 predictions that were answered are not in the history"),
        ([item("a"), item("b", prediction=101.0)], "1 are not in the history as they were answered"),
        ([item("a"), item("b"), item("b")], "1 ids are in the history twice"),
        ([item("a"), item("b"), *(item(n, date="1970-01-01") for n in "cd")], "1 idempotency keys have more than one"),
    ],
)
def test_each_fault_of_a_history_is_found(kept: list[Item], fault: str) -> None:
    (found,) = faults(load_of(item("a"), item("b")), kept)
    assert fault in found


def test_what_no_client_should_see_is_a_fault() -> None:
    load = load_of(item("a"))
    load.cut, load.strange["500: b''"] = 1, 2
    line = Line("", "")
    only_refused(line, load)
    assert len(line.faults) == 2
    assert str(line).startswith("FAILED")


@pytest.mark.parametrize(
    ("answers", "fault"),
    [
        ([item("a", "2", 200.0)] * 9, None),
        ([item("a", "1", 200.0)] + [item("a", "2", 200.0)] * 9, "are not what the version"),
        ([[item("a"), item("b", "2", 200.0)]] + [item("a", "2", 200.0)] * 9, "are not what the version"),
        ([item("a")] * 4 + [item("a", "2", 200.0)] * 4, "an older version still answered 3.50 s"),
    ],
)
def test_an_answer_that_is_mixed_or_late_is_found(answers: list[Item | list[Item]], fault: str | None) -> None:
    line = Line("", "")
    check(line, load_of(*answers, sent=10.5), TABLES, [Promotion("2", 10.0)])
    assert [str(fault) in found for found in line.faults] == [True] * bool(fault)
