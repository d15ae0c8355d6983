"""Home, *Predicciones*: a kind of day in, the sales to expect and how sure that is out."""

from collections.abc import Mapping
from functools import partial

import gradio as gr

from webapp import formats, views
from webapp.client import ApiClient
from webapp.contract import Question
from webapp.failures import ApiError
from webapp.pages import frame
from webapp.texts import Texts

PATH = ""

# On a phone the answer stands below the button.
_INTO_VIEW = "() => document.getElementById('answer').scrollIntoView({behavior: 'smooth', block: 'nearest'})"


def lay_out(page: gr.Blocks, client: ApiClient, texts: Texts) -> None:
    """Lay the page out and tie it to the API."""
    frame.header(texts, PATH)
    frame.lead(texts.predictions_lead)
    with gr.Row(elem_classes="desk", equal_height=True):
        with gr.Column(elem_classes="card question"):
            weekday = _choice(texts.weekday, formats.weekday_names(texts.language), "weekday")
            season = _choice(texts.season, texts.seasons, "season")
            holiday = _choice(texts.holiday, texts.holidays, "holiday")
            button = gr.Button(texts.ask, variant="primary", elem_id="ask")
        with gr.Column(elem_classes="card answer"):
            answer = gr.HTML(views.not_asked(texts), elem_id="answer", **frame.ANNOUNCED)
    questions = [weekday, season, holiday]
    asked = button.click(partial(answered, client, texts), questions, answer, **frame.DIRECT)
    asked.then(None, js=_INTO_VIEW)
    page.load(partial(greeted, client, texts), None, answer, show_progress="hidden", **frame.DIRECT)


def answered(client: ApiClient, texts: Texts, weekday: int, season: int, holiday: int) -> str:
    """Ask the API and render its answer, or why there is none."""
    try:
        answer = client.predict(Question(weekday=weekday, season=season, holiday=holiday))
    except ApiError as error:
        return views.failure(texts, error.failure)
    return views.prediction(texts, answer)


def greeted(client: ApiClient, texts: Texts) -> str:
    """Render the place of the answer for somebody who just came: which model answers, or why none does yet."""
    try:
        return views.not_asked(texts, client.champion())
    except ApiError as error:
        return views.failure(texts, error.failure)


def _choice(label: str, names: Mapping[int, str], name: str) -> gr.Radio:
    choices = [(text, code) for code, text in names.items()]
    return gr.Radio(choices, value=choices[0][1], label=label, elem_id=name, elem_classes="chips")
