"""What readers see of an answer, and that nothing the API says becomes markup."""

from datetime import UTC
from typing import Any

import pytest

from tests.webapp.small_api import answer_to
from webapp import views
from webapp.contract import HistoryPage, Prediction
from webapp.failures import Failure, FailureKind, FieldFault
from webapp.texts import Texts
from webapp.texts.en import EN
from webapp.texts.es import ES

MONDAY = {"DayOfWeek": 1, "Season": 2, "Holiday": 1}
HOSTILE = "<img src=x onerror=alert(1)>"


def prediction(**changes: Any) -> Prediction:
    return Prediction.model_validate(answer_to(MONDAY) | changes)


@pytest.mark.parametrize(
    ("texts", "parts"),
    [
        (ES, ["2.874", "2.684", "3.076", "90\xa0%", "Lunes · Otoño · Feriado: Sí", "Modelo, versión 3"]),
        (EN, ["2,874", "2,684", "3,076", "90%", "Monday · Autumn · Public holiday: Yes", "Model version 3"]),
    ],
    ids=["es", "en"],
)
def test_an_answer_stands_with_its_interval_and_its_model(texts: Texts, parts: list[str]) -> None:
    markup = views.prediction(texts, prediction())
    assert [part for part in parts if part not in markup] == []


@pytest.mark.parametrize("seen", [True, False])
def test_only_an_unseen_day_is_warned_of(seen: bool) -> None:
    markup = views.prediction(EN, prediction(seen_in_training=seen))
    assert (EN.unseen.title in markup) is not seen


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
    assert f"left: {place}%" in views.prediction(EN, answer)


@pytest.mark.parametrize("texts", [ES, EN], ids=["es", "en"])
@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_is_rendered_with_its_cure(texts: Texts, kind: FailureKind) -> None:
    markup = views.failure(texts, Failure(kind, 418))
    commands = texts.failures[kind].cure.split("`")[1::2]
    assert texts.failures[kind].title in markup
    assert [command for command in commands if f"<code>{command}</code>" not in markup] == []
    assert "418" in markup


def test_a_failure_names_the_fields_in_the_readers_words() -> None:
    faults = (FieldFault("Season", "must be 1 to 4"), FieldFault("Colour", "is not known"))
    markup = views.failure(ES, Failure(FailureKind.BAD_INPUT, 400, faults))
    assert "<b>Estación</b>: must be 1 to 4" in markup
    assert "<b>Colour</b>: is not known" in markup


def test_nothing_the_api_says_becomes_markup() -> None:
    hostile = prediction(model_version=HOSTILE)
    page = HistoryPage(items=(hostile,), next_cursor=None)
    fault = Failure(FailureKind.BAD_INPUT, 400, (FieldFault(HOSTILE, HOSTILE),))
    shown = views.prediction(EN, hostile) + views.history(EN, page, UTC) + views.failure(EN, fault)
    assert HOSTILE not in shown
    assert shown.count("&lt;img") == 4


def test_an_empty_history_leads_to_the_first_prediction() -> None:
    markup = views.history(ES, HistoryPage(items=(), next_cursor=None), UTC)
    assert ES.empty.title in markup
    assert 'href="./"' in markup


@pytest.mark.parametrize(("current", "name"), [("", "Predicciones"), ("registro", "Registro")])
def test_the_bar_marks_the_page_one_is_on(current: str, name: str) -> None:
    markup = views.header(ES, current)
    assert f'<a href="./{current}" aria-current="page">{name}</a>' in markup
    assert markup.count("aria-current") == 1
