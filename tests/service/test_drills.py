"""The checks of the drills find each kind of failure."""

import json
from typing import Any

import pytest

from drills.load.generator import LoadGenerator, OkResponse
from drills.result import DrillResult
from drills.servers.mlflow import Table
from drills.serving.promotion_check import Promotion, check_responses
from drills.serving.stored_predictions import compare_with_history, expect_only_503

TABLES: dict[str, Table] = {"1": {(1, 2, 0): 100.0}, "2": {(1, 2, 0): 200.0}}
Item = dict[str, Any]


def item(name: str, version: str = "1", prediction: float = 100.0, date: str | None = None) -> Item:
    """Return a prediction as the API sends it."""
    codes = {"DayOfWeek": 1, "Season": 2, "Holiday": 0, "Date": date}
    return codes | {"id": name, "model_version": version, "prediction": prediction}


def load_of(*answers: Item | list[Item], sent: float = 0.0) -> LoadGenerator:
    """Return a load of one client that received a response each second."""
    load = LoadGenerator(1, 7)
    for second, answer in enumerate(answers):
        body = {"items": answer} if isinstance(answer, list) else answer
        load.responses[0].append(OkResponse(sent + second, json.dumps(body).encode()))
    return load


def failures_of(load: LoadGenerator, stored: list[Item]) -> list[str]:
    """Return the failures that the comparison with a history finds."""
    result = DrillResult("", "")
    compare_with_history(result, [load], stored)
    return result.failures


def test_a_complete_history_has_no_failure_and_undelivered_predictions_are_counted() -> None:
    result = DrillResult("done", "expected")
    compare_with_history(result, [load_of(item("a"), [item("b"), item("c")])], [item(name) for name in "abcd"])
    assert result.failures == []
    assert "3 predictions received" in str(result)
    assert "1 stored but not received" in str(result)
    assert str(result).startswith("OK | done")


@pytest.mark.parametrize(
    ("stored", "failure"),
    [
        ([item("a")], "1 predictions that clients received are not in the history"),
        ([item("a"), item("b", prediction=101.0)], "1 stored predictions differ"),
        ([item("a"), item("b"), item("b")], "1 ids are in the history twice"),
        ([item("a"), item("b"), *(item(n, date="1970-01-01") for n in "cd")], "1 idempotency keys have more than one"),
    ],
)
def test_each_failure_of_a_history_is_found(stored: list[Item], failure: str) -> None:
    (found,) = failures_of(load_of(item("a"), item("b")), stored)
    assert failure in found


def test_an_unexpected_response_is_a_failure() -> None:
    load = load_of(item("a"))
    load.disconnected, load.unexpected["500: b''"] = 1, 2
    result = DrillResult("", "")
    expect_only_503(result, load)
    assert len(result.failures) == 2
    assert str(result).startswith("FAILED")


@pytest.mark.parametrize(
    ("answers", "failure"),
    [
        ([item("a", "2", 200.0)] * 9, None),
        ([item("a", "1", 200.0)] + [item("a", "2", 200.0)] * 9, "differ from what the version"),
        ([[item("a"), item("b", "2", 200.0)]] + [item("a", "2", 200.0)] * 9, "differ from what the version"),
        ([item("a")] * 4 + [item("a", "2", 200.0)] * 4, "an older version still responded 3.50 s"),
    ],
)
def test_a_mixed_or_late_response_is_found(answers: list[Item | list[Item]], failure: str | None) -> None:
    result = DrillResult("", "")
    check_responses(result, load_of(*answers, sent=10.5), TABLES, [Promotion("2", 10.0)])
    assert [str(failure) in found for found in result.failures] == [True] * bool(failure)
