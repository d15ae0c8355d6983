"""The web page's client against the real API, for predictions: what the page expects is what the API does."""

from itertools import product

import pytest

from tests.contract.conftest import Api
from webapp.api.predictions import Question, predict
from webapp.client import ApiClient
from webapp.failures import ApiError, FailureKind
from webapp.pages.predictions import answered, greeted
from webapp.texts import failures
from webapp.texts.days import TEXTS as DAYS


def test_every_choice_on_the_page_is_answered(api: Api, model_version: str) -> None:
    client = ApiClient(api)
    for weekday, season, holiday in product(range(1, 8), DAYS["es"].seasons, DAYS["es"].holidays):
        answer = predict(client, Question(weekday=weekday, season=season, holiday=holiday))
        assert (answer.weekday, answer.season, answer.holiday) == (weekday, season, holiday)
        assert answer.interval.lower < answer.prediction < answer.interval.upper
        assert answer.model_version == model_version
        assert answer.seen_in_training == (holiday == (weekday == 7))


def test_the_page_greets_with_the_champion(api: Api, model_version: str) -> None:
    assert f"version {model_version}, trained on" in greeted(ApiClient(api), "en")


def test_before_the_first_training_the_page_says_what_to_do(api_without_model: Api) -> None:
    client = ApiClient(api_without_model)
    for markup in (answered(client, "es", 1, 1, 0), greeted(client, "es")):
        assert failures.TEXTS["es"].of[FailureKind.NO_MODEL].title in markup
        assert "<code>make retrain</code>" in markup


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
        predict(ApiClient(api), question)
    failure = raised.value.failure
    assert (failure.kind, failure.status, [fault.field for fault in failure.faults]) == (
        FailureKind.BAD_INPUT,
        400,
        [field],
    )
    words = failures.TEXTS["es"].fields[field]
    assert words in answered(ApiClient(api), "es", question.weekday, question.season, question.holiday)
