"""*Registro* without a browser: its steps over HTTP, and what readers see."""

from datetime import UTC

import pytest

from tests.webapp.small_api import answer_to
from webapp.api.history import HistoryPage
from webapp.api.predictions import Prediction, Question, predict
from webapp.client import ApiClient
from webapp.failures import FailureKind
from webapp.pages.registry import Shown, Trail, turned
from webapp.texts import failures
from webapp.texts.registry import TEXTS
from webapp.views import registry as views

ROWS = 5
EMPTY = HistoryPage(items=(), next_cursor=None)
HOSTILE = "<img src=x onerror=alert(1)>"


def turn(client: ApiClient, trail: Trail) -> Shown:
    return turned(client, "en", ROWS, trail, "Europe/Madrid")


def test_older_and_newer_lead_through_the_whole_history_and_back(client: ApiClient) -> None:
    for _ in range(2 * ROWS + 1):
        predict(client, Question(weekday=1, season=1, holiday=0))
    first = turn(client, Trail().first())
    second = turn(client, first.trail.older())
    third = turn(client, second.trail.older())
    assert [shown.page for shown in (first, second, third)] == ["Page 1", "Page 2", "Page 3"]
    assert [shown.markup.count('data-testid="row"') for shown in (first, second, third)] == [ROWS, ROWS, 1]
    assert third.trail.next_cursor is None
    assert turn(client, third.trail.newer()) == second
    assert turn(client, second.trail.newer()) == first


def test_there_is_no_page_before_the_first_or_after_the_last() -> None:
    assert Trail().newer() == Trail()
    assert Trail().older() == Trail()


def test_an_empty_history_has_no_page_number(client: ApiClient) -> None:
    shown = turn(client, Trail())
    assert TEXTS["en"].empty.title in shown.markup
    assert shown.page == ""


def test_a_page_that_cannot_be_read_leaves_the_reader_where_they_were(nobody: ApiClient) -> None:
    trail = Trail((None, "20"), "40")
    shown = turn(nobody, trail)
    assert failures.TEXTS["en"].of[FailureKind.UNREACHABLE].title in shown.markup
    assert shown.trail == trail


def test_an_empty_history_leads_to_the_first_prediction() -> None:
    markup = views.history("es", EMPTY, UTC)
    assert TEXTS["es"].empty.title in markup
    assert 'href="./"' in markup


@pytest.mark.parametrize("field", ["model_version"])
def test_nothing_the_api_says_becomes_markup(field: str) -> None:
    hostile = Prediction.model_validate(answer_to({"DayOfWeek": 1, "Season": 2, "Holiday": 1}) | {field: HOSTILE})
    shown = views.history("en", HistoryPage(items=(hostile,), next_cursor=None), UTC)
    assert HOSTILE not in shown
    assert shown.count("&lt;img") == 1
