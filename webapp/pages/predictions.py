"""Home, *Predicciones*: a kind of day in, the sales to expect and how sure that is out."""

from collections.abc import Mapping
from functools import partial

import gradio as gr

from webapp import formats
from webapp.api.model import champion
from webapp.api.predictions import Question, predict
from webapp.client import ApiClient
from webapp.failures import ApiError
from webapp.pages import frame
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.predictions import TEXTS
from webapp.views import predictions as views
from webapp.views.frame import failure

# On a phone the answer stands below the button.
_INTO_VIEW = "() => document.getElementById('answer').scrollIntoView({behavior: 'smooth', block: 'nearest'})"


def lay_out(page: gr.Blocks, desk: frame.Desk) -> None:
    """Lay the page out and tie it to the API."""
    language, days = desk.language, DAYS[desk.language]
    with gr.Row(elem_classes="desk", equal_height=True):
        with gr.Column(elem_classes="card question"):
            weekday = _choice(days.weekday, formats.weekday_names(language), "weekday")
            season = _choice(days.season, days.seasons, "season")
            holiday = _choice(days.holiday, days.holidays, "holiday")
            button = gr.Button(TEXTS[language].ask, variant="primary", elem_id="ask")
        with gr.Column(elem_classes="card answer"):
            answer = gr.HTML(views.not_asked(language), elem_id="answer", **frame.ANNOUNCED)
    questions = [weekday, season, holiday]
    asked = button.click(partial(answered, desk.api, language), questions, answer, **frame.DIRECT)
    asked.then(None, js=_INTO_VIEW)
    page.load(partial(greeted, desk.api, language), None, answer, show_progress="hidden", **frame.DIRECT)


def answered(api: ApiClient, language: Language, weekday: int, season: int, holiday: int) -> str:
    """Ask the API and render its answer, or why there is none."""
    try:
        answer = predict(api, Question(weekday=weekday, season=season, holiday=holiday))
    except ApiError as error:
        return failure(language, error.failure)
    return views.prediction(language, answer)


def greeted(api: ApiClient, language: Language) -> str:
    """Render the place of the answer for somebody who just came: which model answers, or why none does yet."""
    try:
        return views.not_asked(language, champion(api))
    except ApiError as error:
        return failure(language, error.failure)


def _choice(label: str, names: Mapping[int, str], name: str) -> gr.Radio:
    choices = [(text, code) for code, text in names.items()]
    return gr.Radio(choices, value=choices[0][1], label=label, elem_id=name, elem_classes="chips")


PAGE = frame.Page("", TEXTS, lay_out)
