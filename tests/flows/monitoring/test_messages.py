"""An alert says what, since when, how sure, how often it is wrong, and what follows, in both languages."""

from datetime import UTC, date, datetime

import numpy as np
import pytest

from flows.monitoring.data_checks import find_constant_days, find_low_coverage, find_problems
from flows.monitoring.messages import Language, alert, problem_text, report
from flows.monitoring.watch_record import WatchRecord, notes_of

ALARM = WatchRecord(
    status="alarm", change="rise", champion="3", checked_at=datetime(2026, 11, 28, tzinfo=UTC), days=12,
    level_share=1.2, martingale=150.0, since=date(2026, 11, 16), raised_on=date(2026, 11, 22), shift=290.0,
    shift_share=0.1, decision="a training was started (run calm-cat)", decision_id="alarm-1",
)  # fmt: skip
DAYS = [date(2026, 10, day) for day in range(1, 31)]
USUAL = np.linspace(100, 130, 30)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["more is sold", "2026-11-16", "+290", "+10%", "1.2 times", "150", "0.05 a year", "calm-cat"]),
        ("es", ["se vende más", "2026-11-16", "+290", "+10%", "1.2 veces", "150", "0.05 al año", "entrenamiento"]),
    ],
)
def test_an_alert_says_all_of_it(language: Language, words: list[str]) -> None:
    text = "\n".join(alert(ALARM, language))
    assert [word for word in words if word not in text] == []


def test_broken_data_comes_before_the_alarm_that_it_explains() -> None:
    zeros = notes_of(find_problems(DAYS, np.zeros(30), DAYS[-1]))
    title, body = alert(ALARM.model_copy(update={"problems": zeros}), "es")
    assert title == "Problema con los datos de ventas"
    assert body.index("no se vendió nada") < body.index("Probablemente")


def test_what_was_reported_is_no_news_until_it_goes_and_comes_again() -> None:
    assert ALARM.has_news
    reported = ALARM.model_copy(update={"reported": ALARM.reportable})
    assert not reported.has_news
    assert reported.model_copy(update={"champion": "4"}).has_news


@pytest.mark.parametrize(
    ("days", "sales", "today", "codes"),
    [
        (DAYS, USUAL, DAYS[-1], []),
        (DAYS, USUAL, date(2026, 11, 7), ["stale"]),
        (DAYS[:10] + DAYS[17:], np.delete(USUAL, range(10, 17)), DAYS[-1], ["missing"]),
        (DAYS, np.r_[USUAL[:23], np.zeros(7)], DAYS[-1], ["all_zero"]),
        (DAYS, np.r_[USUAL[:23], np.full(7, 9.0)], DAYS[-1], ["all_equal"]),
        (DAYS[:3], USUAL[:3], DAYS[2], []),
    ],
)
def test_each_problem_is_found(days: list[date], sales: np.ndarray, today: date, codes: list[str]) -> None:
    problems = find_problems(days, sales, today)
    assert [problem.code for problem in problems] == codes
    assert all(problem.blocks for problem in problems)
    for note in notes_of(problems):
        assert problem_text(note, "es") != note.message
        assert note.message in report(ALARM.model_copy(update={"problems": (note,)}))


def test_low_coverage_needs_enough_days_to_be_clear() -> None:
    assert find_low_coverage(np.zeros(19, dtype=bool), 0.9) is None
    assert find_low_coverage(np.arange(40) >= 4, 0.9) is None
    problem = find_low_coverage(np.arange(40) >= 16, 0.9)
    assert problem is not None
    assert not problem.blocks
    assert find_constant_days(np.full(6, 5.0)) is None
