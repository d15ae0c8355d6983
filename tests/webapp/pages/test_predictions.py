"""*Predicciones* without a browser: what it asks over HTTP, and what readers see."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.responses import JSONResponse

from tests.webapp.days_api import CHRISTMAS, telling
from tests.webapp.small_api import always, answer_to, serving
from webapp.api.client import ApiClient, connect
from webapp.api.predictions import Prediction, PredictionRequest
from webapp.errors import FailureKind
from webapp.navigation import links
from webapp.navigation.deep_links import NoSuchPredictionError, open_link
from webapp.pages.prediction_details import predict_with_details
from webapp.pages.predictions import open_page, predict_date, predict_kind
from webapp.texts import Language, failures
from webapp.texts.predictions import TEXTS
from webapp.views import predictions as views

MONDAY = {"DayOfWeek": 1, "Season": 2, "Holiday": 1}
HOSTILE = "<img src=x onerror=alert(1)>"


@contextmanager
def asking(version: str = "3", answering: str = "3") -> Iterator[ApiClient]:
    with serving(telling(version, answering)) as url, connect(url, 5) as http:
        yield ApiClient(http)


@pytest.fixture(scope="module")
def api() -> Iterator[ApiClient]:
    with asking() as client:
        yield client


def prediction(**changes: Any) -> Prediction:
    return Prediction.model_validate(answer_to(MONDAY) | changes)


def test_a_question_is_answered(client: ApiClient) -> None:
    assert ">2.874<" in predict_kind(client, "es", 1, 1, 0).markup


def test_an_unanswered_question_says_why(nobody: ApiClient) -> None:
    title = failures.TEXTS["es"].of[FailureKind.UNREACHABLE].title
    assert title in predict_kind(nobody, "es", 1, 1, 0).markup
    assert title in predict_date(nobody, "es", "2026-12-25").markup


def test_who_comes_is_told_which_model_answers(client: ApiClient) -> None:
    assert "Answered by the model, version 3, trained on Nov 23, 2026." in open_page(client, "en").markup


def test_who_comes_too_early_is_told_so() -> None:
    early = always(JSONResponse({"type": "/no-model"}, 503))
    with serving(early) as url, connect(url, 5) as http:
        title = failures.TEXTS["en"].of[FailureKind.NO_MODEL].title
        assert title in open_page(ApiClient(http), "en").markup


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        (
            "es",
            ["25 dic 2026", "Invierno · Feriado: Navidad", ">2.874<", "15\xa0% por encima", "viernes"],
        ),
        (
            "en",
            ["Dec 25, 2026", "Winter · Public holiday: Navidad", ">2,874<", "15% above", "average Friday"],
        ),
    ],
)
def test_a_date_is_answered_with_what_was_derived_from_it(api: ApiClient, language: Language, parts: list[str]) -> None:
    markup = predict_date(api, language, f"{CHRISTMAS}").markup
    assert [part for part in parts if part not in markup] == []


def test_the_week_around_a_date_is_drawn_and_told(api: ApiClient) -> None:
    week = predict_date(api, "en", f"{CHRISTMAS}").week
    assert week is not None
    head, plot, table = week
    assert "The seven days around Dec 25, 2026" in head
    (_, _, line) = json.loads(plot.plot)["data"]
    assert (line["x"][0], line["x"][6]) == ("2026-12-22", "2026-12-28")
    assert line["marker"]["size"].index(max(line["marker"]["size"])) == 3
    assert table.count('scope="row"') == 7
    assert "Friday, Dec 25, 2026 · Navidad · the day asked for" in table


@pytest.mark.parametrize("typed", [None, "", "soon", "2026-02-30", "25/12/2026"])
def test_without_a_date_it_is_asked_for(nobody: ApiClient, typed: str | None) -> None:
    assert TEXTS["es"].no_date.title in predict_date(nobody, "es", typed).markup


def test_an_answer_of_another_version_is_not_held_against_its_means() -> None:
    with asking(version="4", answering="3") as client:
        shown = predict_date(client, "en", f"{CHRISTMAS}")
    assert "average" not in shown.markup
    assert shown.week is not None
    assert "another version of the model, 4," in shown.week[0]


def test_a_link_opens_the_answer_that_was_given_and_fills_in_its_question(api: ApiClient) -> None:
    answer = predict_with_details(api, "en", CHRISTMAS).answer
    shown = open_page(api, "en", f"?id={answer.id}", "America/Bogota")
    assert (shown.question, shown.answered) == (CHRISTMAS, True)
    assert "Answered on Nov 23, 2026, 7:00" in shown.markup
    assert "Today's model" not in shown.markup


@pytest.mark.parametrize("question", [PredictionRequest(weekday=3, season=1, holiday=0), CHRISTMAS])
def test_where_the_model_of_today_says_something_else_a_link_says_so(question: PredictionRequest | date) -> None:
    with asking(version="4", answering="3") as client:
        answer = predict_with_details(client, "en", question).answer
        shown = open_page(client, "en", f"?id={answer.id}", "UTC")
    assert "2,874" in shown.markup
    assert "Today's model, version 4, expects 2,900 units." in " ".join(shown.markup.replace("&#39;", "'").split())
    assert shown.question == question


@pytest.mark.parametrize(
    "search",
    [f"?id={UUID(int=0)}", "?id=cut", "?date=soon", "?weekday=9&season=1&holiday=0", "?season=1"],
)
def test_a_link_that_leads_nowhere_says_so(api: ApiClient, search: str) -> None:
    assert TEXTS["es"].no_link.title in open_page(api, "es", search).markup


@pytest.mark.parametrize("question", [PredictionRequest(weekday=7, season=4, holiday=1), CHRISTMAS])
def test_a_link_to_a_question_fills_it_in_and_asks_nothing(api: ApiClient, question: PredictionRequest | date) -> None:
    when = question if isinstance(question, date) else None
    codes = (7, 4, 1) if isinstance(question, PredictionRequest) else (5, 3, 1)
    shown = open_page(api, "en", links.question_link(*codes, when).removeprefix("./"))
    assert (shown.question, shown.answered) == (question, False)
    assert TEXTS["en"].not_asked.title in shown.markup


@settings(deadline=None)
@given(st.text() | st.from_regex(r"\?(id|date|weekday|season)=[\w%&=-]*"))
def test_whatever_stands_in_a_link_it_is_read_or_refused(search: str) -> None:
    try:
        assert isinstance(open_link(search), UUID | date | PredictionRequest | None)
    except NoSuchPredictionError:
        assert search


@pytest.mark.parametrize(
    ("language", "parts"),
    [
        ("es", ["2.874", "2.684", "3.076", "90\xa0%", "Lunes · Otoño · Feriado: Sí", "Modelo, versión 3"]),
        ("en", ["2,874", "2,684", "3,076", "90%", "Monday · Autumn · Public holiday: Yes", "Model version 3"]),
    ],
)
def test_an_answer_stands_with_its_interval_and_its_model(language: Language, parts: list[str]) -> None:
    markup = views.prediction(language, prediction())
    assert [part for part in parts if part not in markup] == []


@pytest.mark.parametrize("seen", [True, False])
def test_only_an_unseen_day_is_warned_of(seen: bool) -> None:
    markup = views.prediction("en", prediction(seen_in_training=seen))
    assert (TEXTS["en"].unseen.title in markup) is not seen


@pytest.mark.parametrize(
    ("value", "lower", "upper", "place"),
    [
        (150, 100, 200, "50.0"),
        (100, 100, 200, "0.0"),
        (90, 100, 200, "0.0"),
        (250, 100, 200, "100.0"),
        (5, 5, 5, "50.0"),
    ],
)
def test_the_point_stays_on_its_scale(value: float, lower: float, upper: float, place: str) -> None:
    answer = prediction(prediction=value, interval={"level": 0.9, "lower": lower, "upper": upper})
    assert f"left: {place}%" in views.prediction("en", answer)


def test_nothing_the_api_says_becomes_markup() -> None:
    shown = views.prediction("en", prediction(model_version=HOSTILE))
    assert HOSTILE not in shown
    assert shown.count("&lt;img") == 1
