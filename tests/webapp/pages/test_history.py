"""*Registro* without a browser: its steps over HTTP, and what readers see."""

from datetime import UTC

import pytest

from tests.webapp.small_api import answer_to
from webapp.api.client import ApiClient
from webapp.api.history import HistoryPage, StoredPrediction, Summary
from webapp.api.predictions import PredictionRequest, predict
from webapp.errors import FailureKind
from webapp.navigation.filters import Filters
from webapp.pages.registry import PageCursors, PageState, turn_page
from webapp.texts import failures
from webapp.texts.registry import TEXTS
from webapp.views import registry as views
from webapp.views import registry_chart

ROWS = 5
EMPTY = HistoryPage(items=(), next_cursor=None)
HOSTILE = "<img src=x onerror=alert(1)>"


def turn(client: ApiClient, trail: PageCursors) -> PageState:
    return turn_page(client, "en", ROWS, trail, "Europe/Madrid")


def test_older_and_newer_lead_through_the_whole_history_and_back(client: ApiClient) -> None:
    for _ in range(2 * ROWS + 1):
        predict(client, PredictionRequest(weekday=1, season=1, holiday=0))
    first = turn(client, PageCursors().first())
    second = turn(client, first.trail.older())
    third = turn(client, second.trail.older())
    assert [shown.page for shown in (first, second, third)] == ["Page 1", "Page 2", "Page 3"]
    assert [shown.markup.count('data-testid="row"') for shown in (first, second, third)] == [ROWS, ROWS, 1]
    assert third.trail.next_cursor is None
    assert turn(client, third.trail.newer()) == second
    assert turn(client, second.trail.newer()) == first


def test_there_is_no_page_before_the_first_or_after_the_last() -> None:
    assert PageCursors().newer() == PageCursors()
    assert PageCursors().older() == PageCursors()


def test_an_empty_history_has_no_page_number(client: ApiClient) -> None:
    shown = turn(client, PageCursors())
    assert TEXTS["en"].empty.title in shown.markup
    assert shown.page == ""


def test_a_page_that_cannot_be_read_leaves_the_reader_where_they_were(nobody: ApiClient) -> None:
    trail = PageCursors((None, "20"), "40")
    shown = turn(nobody, trail)
    assert failures.TEXTS["en"].of[FailureKind.UNREACHABLE].title in shown.markup
    assert shown.trail == trail


def test_an_empty_history_leads_to_the_first_prediction() -> None:
    markup = views.history("es", EMPTY, UTC)
    assert TEXTS["es"].empty.title in markup
    assert 'href="./"' in markup


@pytest.mark.parametrize("field", ["model_version"])
def test_nothing_the_api_says_becomes_markup(field: str) -> None:
    hostile = StoredPrediction.model_validate(answer_to({"DayOfWeek": 1, "Season": 2, "Holiday": 1}) | {field: HOSTILE})
    shown = views.history("en", HistoryPage(items=(hostile,), next_cursor=None), UTC)
    assert HOSTILE not in shown
    assert "&lt;img" in shown
    chosen = Filters(version='"><script>')
    assert "<script>" not in views.form("en", chosen) + views.downloads("en", chosen, '"><script>')


def test_filters_that_nothing_matches_can_be_cleared() -> None:
    markup = views.history("es", EMPTY, UTC, Filters(weekday=3))
    assert TEXTS["es"].no_match.title in markup
    assert 'href="./registro"' in markup


@pytest.mark.parametrize(
    ("date", "link"), [(None, "./?weekday=1&amp;season=2&amp;holiday=1"), ("2026-12-24", "./?date=2026-12-24")]
)
def test_a_detail_has_all_of_the_record_and_leads_back_to_its_question(date: str | None, link: str) -> None:
    item = StoredPrediction.model_validate(answer_to({"DayOfWeek": 1, "Season": 2, "Holiday": 1}) | {"Date": date})
    markup = views.history("en", HistoryPage(items=(item,), next_cursor=None), UTC)
    dialog = markup[markup.index("<dialog") : markup.index("</dialog>")]
    for part in (
        "Monday · Autumn · Public holiday",
        "2,874 units",
        "90% interval",
        "3,076",
        str(item.id),
        link,
    ):
        assert part in dialog


def test_the_chart_and_its_table_show_the_same_in_the_readers_words() -> None:
    summary = Summary.model_validate(
        {
            "step": "day",
            "since": "2026-11-22T00:00:00Z",
            "until": "2026-11-24T00:00:00Z",
            "items": [
                {"start": "2026-11-22T00:00:00Z", "count": 1200, "mean": 2410.3, "minimum": 1604, "maximum": 4120.8}
            ],
        }
    )
    drawn = registry_chart.chart("es", summary, UTC).to_json()
    table = registry_chart.table("es", summary, UTC)
    for part in ("22 nov 2026", "1.200", "2.410"):
        assert part in drawn
        assert part in table
