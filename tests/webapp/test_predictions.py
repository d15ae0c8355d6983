"""*Predicciones* without a browser: what it asks over HTTP, and what readers see."""

from typing import Any

import pytest
from starlette.responses import JSONResponse

from tests.webapp.small_api import always, answer_to, serving
from webapp.api.predictions import Prediction
from webapp.client import ApiClient, connect
from webapp.failures import FailureKind
from webapp.pages.predictions import answered, greeted
from webapp.texts import Language, failures
from webapp.texts.predictions import TEXTS
from webapp.views import predictions as views

MONDAY = {"DayOfWeek": 1, "Season": 2, "Holiday": 1}
HOSTILE = "<img src=x onerror=alert(1)>"


def prediction(**changes: Any) -> Prediction:
    return Prediction.model_validate(answer_to(MONDAY) | changes)


def test_a_question_is_answered(client: ApiClient) -> None:
    assert ">2.874<" in answered(client, "es", 1, 1, 0)


def test_an_unanswered_question_says_why(nobody: ApiClient) -> None:
    assert failures.TEXTS["es"].of[FailureKind.UNREACHABLE].title in answered(nobody, "es", 1, 1, 0)


def test_who_comes_is_told_which_model_answers(client: ApiClient) -> None:
    assert "Answered by the model, version 3, trained on Nov 23, 2026." in greeted(client, "en")


def test_who_comes_too_early_is_told_so() -> None:
    early = always(JSONResponse({"type": "/no-model"}, 503))
    with serving(early) as url, connect(url, 5) as http:
        assert failures.TEXTS["en"].of[FailureKind.NO_MODEL].title in greeted(ApiClient(http), "en")


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
