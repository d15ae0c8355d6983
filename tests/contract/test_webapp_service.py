"""The web page's client against the real API, for predictions: what the page expects is what the API does."""

from datetime import date
from itertools import product

import pytest

from tests.contract.conftest import Api
from webapp.api.client import ApiClient
from webapp.api.forecast import get_all_combinations, get_forecast
from webapp.api.predictions import PredictionRequest, predict
from webapp.errors import ApiError, FailureKind
from webapp.pages.prediction_details import find_with_details, predict_with_details
from webapp.pages.predictions import open_page, predict_kind
from webapp.texts import failures
from webapp.texts.days import TEXTS as DAYS


def test_every_choice_on_the_page_is_answered(api: Api, model_version: str) -> None:
    client = ApiClient(api)
    for weekday, season, holiday in product(range(1, 8), DAYS["es"].seasons, DAYS["es"].holidays):
        answer = predict(client, PredictionRequest(weekday=weekday, season=season, holiday=holiday))
        assert (answer.weekday, answer.season, answer.holiday) == (weekday, season, holiday)
        assert answer.interval.lower < answer.prediction < answer.interval.upper
        assert answer.model_version == model_version
        assert answer.seen_in_training == (holiday == (weekday == 7))


def test_a_date_is_answered_stored_and_opened_again_with_its_week(api: Api, model_version: str) -> None:
    client = ApiClient(api)
    christmas = date(2026, 12, 25)
    given = predict_with_details(client, "en", christmas)
    assert (given.answer.date, given.answer.weekday, given.answer.holiday) == (christmas, 5, 1)
    assert given.week is not None
    assert [day.day.day for day in given.week.days] == [22, 23, 24, 25, 26, 27, 28]
    assert given.day is not None
    assert (given.day.holiday_name, given.day.prediction) == ("Christmas Day", given.answer.prediction)
    assert given.champion is not None
    assert given.champion.weekday_means.keys() == set(range(1, 8))
    assert given.week.model_version == given.champion.version == model_version
    assert find_with_details(client, "en", given.answer.id) == given


def test_reading_days_and_kinds_of_day_leaves_no_trace(api: Api) -> None:
    client = ApiClient(api)
    assert len(get_forecast(client, date(2026, 12, 1), 120, "es").days) == 120
    assert len(get_all_combinations(client).inputs) == 56
    assert api.get("/registry/").json()["items"] == []


def test_the_page_greets_with_the_champion(api: Api, model_version: str) -> None:
    assert f"version {model_version}, trained on" in open_page(ApiClient(api), "en").markup


def test_before_the_first_training_the_page_says_what_to_do(api_without_model: Api) -> None:
    client = ApiClient(api_without_model)
    for shown in (predict_kind(client, "es", 1, 1, 0), open_page(client, "es")):
        markup = shown.markup
        assert failures.TEXTS["es"].of[FailureKind.NO_MODEL].title in markup
        assert "<code>make retrain</code>" in markup


@pytest.mark.parametrize(
    ("question", "field"),
    [
        (PredictionRequest(weekday=8, season=1, holiday=0), "DayOfWeek"),
        (PredictionRequest(weekday=1, season=5, holiday=0), "Season"),
        (PredictionRequest(weekday=1, season=1, holiday=2), "Holiday"),
    ],
)
def test_a_question_out_of_range_names_its_field(api: Api, question: PredictionRequest, field: str) -> None:
    with pytest.raises(ApiError) as raised:
        predict(ApiClient(api), question)
    failure = raised.value.failure
    assert (failure.kind, failure.status, [fault.field for fault in failure.faults]) == (
        FailureKind.BAD_INPUT,
        400,
        [field],
    )
    words = failures.TEXTS["es"].fields[field]
    assert words in predict_kind(ApiClient(api), "es", question.weekday, question.season, question.holiday).markup
