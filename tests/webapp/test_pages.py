"""What the pages do with the API's answers, over HTTP."""

from collections.abc import Iterator

import pytest
from starlette.responses import JSONResponse

from tests.webapp.small_api import always, remembering, serving
from tests.webapp.sockets import closed_port
from webapp.client import ApiClient, connect
from webapp.contract import Question
from webapp.failures import FailureKind
from webapp.pages.predictions import answered, greeted
from webapp.pages.registry import Shown, Trail, turned
from webapp.texts.en import EN
from webapp.texts.es import ES

ROWS = 5


@pytest.fixture
def client() -> Iterator[ApiClient]:
    with serving(remembering()) as url, connect(url, 5) as http:
        yield ApiClient(http)


@pytest.fixture
def nobody() -> Iterator[ApiClient]:
    with connect(f"http://127.0.0.1:{closed_port()}", 5) as http:
        yield ApiClient(http)


def test_a_question_is_answered(client: ApiClient) -> None:
    assert ">2.874<" in answered(client, ES, 1, 1, 0)


def test_an_unanswered_question_says_why(nobody: ApiClient) -> None:
    assert ES.failures[FailureKind.UNREACHABLE].title in answered(nobody, ES, 1, 1, 0)


def test_who_comes_is_told_which_model_answers(client: ApiClient) -> None:
    assert "Answered by the model, version 3, trained on Nov 23, 2026." in greeted(client, EN)


def test_who_comes_too_early_is_told_so() -> None:
    early = always(JSONResponse({"type": "/no-model"}, 503))
    with serving(early) as url, connect(url, 5) as http:
        assert EN.failures[FailureKind.NO_MODEL].title in greeted(ApiClient(http), EN)


def turn(client: ApiClient, trail: Trail) -> Shown:
    return turned(client, EN, ROWS, trail, "Europe/Madrid")


def test_older_and_newer_lead_through_the_whole_history_and_back(client: ApiClient) -> None:
    for _ in range(2 * ROWS + 1):
        client.predict(Question(weekday=1, season=1, holiday=0))
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
    assert EN.empty.title in shown.markup
    assert shown.page == ""


def test_a_page_that_cannot_be_read_leaves_the_reader_where_they_were(nobody: ApiClient) -> None:
    trail = Trail((None, "20"), "40")
    shown = turn(nobody, trail)
    assert EN.failures[FailureKind.UNREACHABLE].title in shown.markup
    assert shown.trail == trail
