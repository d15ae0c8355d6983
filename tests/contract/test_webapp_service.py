"""The web page's client against the real API: what the page expects is what the API does."""

from itertools import product

import pytest

from tests.contract.conftest import Api
from webapp.client import ApiClient
from webapp.contract import Question
from webapp.failures import ApiError, FailureKind
from webapp.pages.predictions import answered, greeted
from webapp.pages.registry import Trail, turned
from webapp.texts.en import EN
from webapp.texts.es import ES

WEDNESDAY = Question(weekday=3, season=1, holiday=0)


def test_every_choice_on_the_page_is_answered(api: Api, model_version: str) -> None:
    client = ApiClient(api)
    for weekday, season, holiday in product(range(1, 8), ES.seasons, ES.holidays):
        answer = client.predict(Question(weekday=weekday, season=season, holiday=holiday))
        assert (answer.weekday, answer.season, answer.holiday) == (weekday, season, holiday)
        assert answer.interval.lower < answer.prediction < answer.interval.upper
        assert answer.model_version == model_version
        assert answer.seen_in_training == (holiday == (weekday == 7))


def test_what_was_answered_stands_in_the_history(api: Api) -> None:
    client = ApiClient(api)
    given = [client.predict(WEDNESDAY) for _ in range(12)]
    first = client.history(5)
    second = client.history(5, first.next_cursor)
    third = client.history(5, second.next_cursor)
    assert [*first.items, *second.items, *third.items] == given[::-1]
    assert third.next_cursor is None


def test_pages_keep_their_rows_while_predictions_come_in(api: Api) -> None:
    client = ApiClient(api)
    given = [client.predict(WEDNESDAY) for _ in range(10)]
    first = turned(client, EN, 5, Trail(), "UTC")
    client.predict(WEDNESDAY)
    second = turned(client, EN, 5, first.trail.older(), "UTC")
    assert [str(answer.id) for answer in client.history(5, first.trail.next_cursor).items] == [
        str(answer.id) for answer in given[4::-1]
    ]
    assert second.page == "Page 2"


def test_the_page_greets_with_the_champion(api: Api, model_version: str) -> None:
    assert f"version {model_version}, trained on" in greeted(ApiClient(api), EN)


def test_before_the_first_training_the_page_says_what_to_do(api_without_model: Api) -> None:
    client = ApiClient(api_without_model)
    for markup in (answered(client, ES, 1, 1, 0), greeted(client, ES)):
        assert ES.failures[FailureKind.NO_MODEL].title in markup
        assert "<code>make retrain</code>" in markup


def test_the_history_can_be_read_before_the_first_training(api_without_model: Api) -> None:
    assert ES.empty.title in turned(ApiClient(api_without_model), ES, 20, Trail(), None).markup


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (Question(weekday=8, season=1, holiday=0), "DayOfWeek"),
        (Question(weekday=1, season=5, holiday=0), "Season"),
        (Question(weekday=1, season=1, holiday=2), "Holiday"),
    ],
)
def test_a_question_out_of_range_names_its_field(api: Api, question: Question, field: str) -> None:
    with pytest.raises(ApiError) as raised:
        ApiClient(api).predict(question)
    failure = raised.value.failure
    assert (failure.kind, failure.status, [fault.field for fault in failure.faults]) == (
        FailureKind.BAD_INPUT,
        400,
        [field],
    )
    assert ES.fields[field] in answered(ApiClient(api), ES, question.weekday, question.season, question.holiday)


def test_a_cursor_of_another_history_is_bad_input(api: Api) -> None:
    with pytest.raises(ApiError) as raised:
        ApiClient(api).history(5, "not a cursor")
    assert raised.value.failure.kind is FailureKind.BAD_INPUT


def test_the_longest_page_of_the_settings_is_one_the_api_gives(api: Api) -> None:
    assert ApiClient(api).history(100).items == ()
