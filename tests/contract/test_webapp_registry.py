"""The web page's client against the real API, for the history: what the page expects is what the API does."""

import pytest

from tests.contract.conftest import Api
from webapp.api.client import ApiClient
from webapp.api.history import get_history
from webapp.api.predictions import PredictionRequest, predict
from webapp.errors import ApiError, FailureKind
from webapp.pages.registry import PageCursors, turn_page
from webapp.texts.registry import TEXTS

WEDNESDAY = PredictionRequest(weekday=3, season=1, holiday=0)


def test_what_was_answered_stands_in_the_history(api: Api) -> None:
    client = ApiClient(api)
    given = [predict(client, WEDNESDAY) for _ in range(12)]
    first = get_history(client, 5)
    second = get_history(client, 5, first.next_cursor)
    third = get_history(client, 5, second.next_cursor)
    stored = [item.model_dump() for page in (first, second, third) for item in page.items]
    assert stored == [answer.model_dump() for answer in given[::-1]]
    assert third.next_cursor is None


def test_pages_keep_their_rows_while_predictions_come_in(api: Api) -> None:
    client = ApiClient(api)
    given = [predict(client, WEDNESDAY) for _ in range(10)]
    first = turn_page(client, "en", 5, PageCursors(), "UTC")
    predict(client, WEDNESDAY)
    second = turn_page(client, "en", 5, first.trail.older(), "UTC")
    assert [str(answer.id) for answer in get_history(client, 5, first.trail.next_cursor).items] == [
        str(answer.id) for answer in given[4::-1]
    ]
    assert second.page == "Page 2"


def test_the_history_can_be_read_before_the_first_training(api_without_model: Api) -> None:
    assert TEXTS["es"].empty.title in turn_page(ApiClient(api_without_model), "es", 20, PageCursors(), None).markup


def test_a_cursor_of_another_history_is_bad_input(api: Api) -> None:
    with pytest.raises(ApiError) as raised:
        get_history(ApiClient(api), 5, "not a cursor")
    assert raised.value.failure.kind is FailureKind.BAD_INPUT


def test_the_longest_page_of_the_settings_is_one_the_api_gives(api: Api) -> None:
    assert get_history(ApiClient(api), 100).items == ()
