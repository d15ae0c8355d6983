"""*Pronóstico*: the days to come as the model sees them today, and every kind of day beside one another."""

from datetime import date
from functools import partial
from typing import Any

import gradio as gr

from webapp.api.client import ApiClient
from webapp.api.forecast import get_all_combinations, get_forecast
from webapp.errors import ApiError, FailureKind
from webapp.pages import base
from webapp.rendering import charts
from webapp.rendering.templates import render
from webapp.texts import Language, Message
from webapp.texts.forecast import TEXTS
from webapp.views import forecast as views
from webapp.views.base import failure_message, waiting_message
from webapp.views.forecast_chart import chart

SPANS_DAYS = (7, 14, 30, 60, 90)
DEFAULT_SPAN_DAYS = 30

DATE_INPUT_HTML = """<label><span>{{label}}</span><input type="date" min="1970-01-01" max="2199-12-31"></label>"""
# The browser alone knows which day it is for its reader; Swedish writes dates as ISO 8601 does.
TOMORROW_JS = "new Date(Date.now() + 86400000).toLocaleDateString('sv')"
DATE_CHANGED_JS = f"""
const field = element.querySelector('input');
field.value = {TOMORROW_JS};
field.dataset.ready = 'yes';
field.addEventListener('change', () => trigger('submit'));
"""
READ_DATE_JS = f"""(_, count) => {{
  const field = document.querySelector('#forecast-start input[data-ready]');
  return [field ? field.value : {TOMORROW_JS}, count];
}}"""
# What a cell says is read above the table while the pointer or the keyboard is on it.
ANNOUNCE_CELL_JS = """
element.setAttribute('aria-live', 'off');
for (const event of ['mouseover', 'focusin', 'click'])
  element.addEventListener(event, ({target}) => {
    const cell = target.closest('[data-tell]');
    if (cell) element.querySelector('.readout').textContent = cell.dataset.tell;
  });
"""


def lay_out(page: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    texts, bind = TEXTS[desk.language], (desk.api, desk.language)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="forecast-asked"):
            start = gr.HTML(
                "",
                html_template=DATE_INPUT_HTML.replace("{{label}}", texts.start),
                js_on_load=DATE_CHANGED_JS,
                apply_default_css=False,
                elem_id="forecast-start",
            )
            spans = [(str(span), span) for span in SPANS_DAYS]
            count = gr.Radio(
                spans, value=DEFAULT_SPAN_DAYS, label=texts.days, elem_id="forecast-days", elem_classes="chips"
            )
        said = gr.HTML(waiting_message(desk.language), elem_id="forecast-said", **base.LIVE_REGION)
        picture = charts.place("forecast-chart")
        legend = gr.HTML("", elem_id="forecast-legend", **base.PLAIN_HTML)
    with gr.Column(elem_classes="card", visible=False) as by_day:
        calendar = gr.HTML("", elem_id="forecast-calendar", **base.PLAIN_HTML)
        table = gr.HTML("", elem_id="forecast-table", **base.PLAIN_HTML)
    with gr.Column(elem_classes="card"):
        combinations = gr.HTML(
            waiting_message(desk.language),
            elem_id="forecast-what-if",
            js_on_load=ANNOUNCE_CELL_JS,
            apply_default_css=False,
        )
    page.load(partial(show_inputs, *bind), None, combinations, show_progress="hidden", **base.UNQUEUED)
    shown = [said, picture, legend, by_day, calendar, table]
    look, asked = partial(show_forecast, *bind), [start, count]
    page.load(look, asked, shown, js=READ_DATE_JS, show_progress="hidden", **base.UNQUEUED)
    for trigger in (start.submit, count.change):
        trigger(
            look, asked, shown, show_progress_on=picture, trigger_mode="always_last", js=READ_DATE_JS, **base.UNQUEUED
        )


def show_forecast(api: ApiClient, language: Language, start: str, count: int) -> tuple[Any, ...]:
    """Show `count` days from `start` (ISO 8601) on, or why they cannot be shown."""
    texts = TEXTS[language]
    try:
        outlook = get_forecast(api, date.fromisoformat(start or ""), count, language)
    except ValueError:
        return _message_updates(_render_message(language, texts.bad_start))
    except ApiError as error:
        return _message_updates(failure_message(language, error.failure))
    if not outlook.days:
        return _message_updates(_render_message(language, texts.no_days))
    picture = gr.update(value=charts.to_update(chart(language, outlook)), visible=True)
    by_day = views.calendar(language, outlook), views.table(language, outlook)
    return "", picture, views.legend(language, outlook), gr.update(visible=True), *by_day


def show_inputs(api: ApiClient, language: Language) -> str:
    """Show every kind of day, or why they cannot be shown."""
    try:
        return views.inputs_table(language, get_all_combinations(api))
    except ApiError as error:
        if error.failure.kind is FailureKind.DATES_ONLY:
            return render("forecast/by_date.html", language, texts=TEXTS[language])
        return failure_message(language, error.failure)


def _message_updates(markup: str) -> tuple[Any, ...]:
    hidden = gr.update(visible=False)
    return markup, hidden, "", hidden, "", ""


def _render_message(language: Language, message: Message) -> str:
    return render("forecast/message.html", language, message=message)


PAGE = base.Page("pronostico", TEXTS, lay_out)
