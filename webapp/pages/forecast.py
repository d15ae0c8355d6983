"""*Pronóstico*: the days to come as the model sees them today, and every kind of day beside one another."""

from datetime import date
from functools import partial
from typing import Any

import gradio as gr

from webapp.api.client import ApiClient
from webapp.api.forecast import days, inputs
from webapp.errors import ApiError, FailureKind
from webapp.pages import base
from webapp.rendering import charts
from webapp.rendering.templates import render
from webapp.texts import Language, Message
from webapp.texts.forecast import TEXTS
from webapp.views import forecast as views
from webapp.views.base import failure, waiting
from webapp.views.forecast_chart import chart

SPANS = (7, 14, 30, 60, 90)
_USUAL = 30

_DATE = """<label><span>{{label}}</span><input type="date" min="1970-01-01" max="2199-12-31"></label>"""
# The browser alone knows which day it is for its reader; Swedish writes dates as ISO 8601 does.
_TOMORROW = "new Date(Date.now() + 86400000).toLocaleDateString('sv')"
_CHOOSE = f"""
const field = element.querySelector('input');
field.value = {_TOMORROW};
field.dataset.ready = 'yes';
field.addEventListener('change', () => trigger('submit'));
"""
_CHOSEN = f"""(_, count) => {{
  const field = document.querySelector('#forecast-start input[data-ready]');
  return [field ? field.value : {_TOMORROW}, count];
}}"""
# What a cell says is read above the table while the pointer or the keyboard is on it.
_READ_OUT = """
element.setAttribute('aria-live', 'off');
for (const event of ['mouseover', 'focusin', 'click'])
  element.addEventListener(event, ({target}) => {
    const cell = target.closest('[data-tell]');
    if (cell) element.querySelector('.readout').textContent = cell.dataset.tell;
  });
"""


def lay_out(page: gr.Blocks, desk: base.Desk) -> None:
    """Lay the page out and tie it to the API."""
    texts, bind = TEXTS[desk.language], (desk.api, desk.language)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="forecast-asked"):
            start = gr.HTML(
                "",
                html_template=_DATE.replace("{{label}}", texts.start),
                js_on_load=_CHOOSE,
                apply_default_css=False,
                elem_id="forecast-start",
            )
            spans = [(str(span), span) for span in SPANS]
            count = gr.Radio(spans, value=_USUAL, label=texts.days, elem_id="forecast-days", elem_classes="chips")
        said = gr.HTML(waiting(desk.language), elem_id="forecast-said", **base.ANNOUNCED)
        picture = charts.place("forecast-chart")
        legend = gr.HTML("", elem_id="forecast-legend", **base.STILL)
    with gr.Column(elem_classes="card", visible=False) as by_day:
        calendar = gr.HTML("", elem_id="forecast-calendar", **base.STILL)
        table = gr.HTML("", elem_id="forecast-table", **base.STILL)
    with gr.Column(elem_classes="card"):
        combinations = gr.HTML(
            waiting(desk.language), elem_id="forecast-what-if", js_on_load=_READ_OUT, apply_default_css=False
        )
    page.load(partial(compared, *bind), None, combinations, show_progress="hidden", **base.DIRECT)
    shown = [said, picture, legend, by_day, calendar, table]
    look, asked = partial(looked, *bind), [start, count]
    page.load(look, asked, shown, js=_CHOSEN, show_progress="hidden", **base.DIRECT)
    for trigger in (start.submit, count.change):
        trigger(look, asked, shown, show_progress_on=picture, trigger_mode="always_last", js=_CHOSEN, **base.DIRECT)


def looked(api: ApiClient, language: Language, start: str, count: int) -> tuple[Any, ...]:
    """Show `count` days from `start` (ISO 8601) on, or why they cannot be shown."""
    texts = TEXTS[language]
    try:
        outlook = days(api, date.fromisoformat(start or ""), count, language)
    except ValueError:
        return _instead(_says(language, texts.bad_start))
    except ApiError as error:
        return _instead(failure(language, error.failure))
    if not outlook.days:
        return _instead(_says(language, texts.no_days))
    picture = gr.update(value=charts.drawn(chart(language, outlook)), visible=True)
    by_day = views.calendar(language, outlook), views.table(language, outlook)
    return "", picture, views.legend(language, outlook), gr.update(visible=True), *by_day


def compared(api: ApiClient, language: Language) -> str:
    """Show every kind of day, or why they cannot be shown."""
    try:
        return views.what_if(language, inputs(api))
    except ApiError as error:
        if error.failure.kind is FailureKind.DATES_ONLY:
            return render("forecast/by_date.html", language, texts=TEXTS[language])
        return failure(language, error.failure)


def _instead(markup: str) -> tuple[Any, ...]:
    hidden = gr.update(visible=False)
    return markup, hidden, "", hidden, "", ""


def _says(language: Language, message: Message) -> str:
    return render("forecast/message.html", language, message=message)


PAGE = base.Page("pronostico", TEXTS, lay_out)
