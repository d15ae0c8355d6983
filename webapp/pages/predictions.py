"""Home, *Predicciones*: a kind of day or a date in, the sales to expect and how sure that is out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import gradio as gr

from webapp.api.client import ApiClient
from webapp.api.model import get_champion
from webapp.api.predictions import PredictionRequest
from webapp.errors import ApiError, FailureKind
from webapp.navigation.deep_links import NoSuchPredictionError, open_link
from webapp.pages import base
from webapp.pages.prediction_details import PredictionDetails, find_with_details, predict_with_details
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.predictions import TEXTS
from webapp.views import predictions as views
from webapp.views import week
from webapp.views.base import failure_message

# The address opens the answer again, in the other language too. On a phone the answer stands below the button.
ADDRESS_JS = r"""(markup) => {
  history.replaceState(history.state, '', /href="([^"]*\?id=[\w-]+)"/.exec(markup)?.[1] ?? './');
  document.getElementById('answer').scrollIntoView({behavior: 'smooth', block: 'nearest'});
}"""
# The link that brought the reader, and their own clock.
READ_ADDRESS_JS = "() => [location.search, Intl.DateTimeFormat().resolvedOptions().timeZone]"
KIND, DATE = "kind", "date"


@dataclass(frozen=True)
class PageState:
    """What the place of the answer shows, and the week under it where a date was asked for."""

    markup: str
    week: tuple[str, Any, str] | None = None
    question: PredictionRequest | date | None = None
    """With which the form is filled in, where a link brought one."""
    answered: bool = False


def lay_out(page: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    language = desk.language
    with gr.Row(elem_classes="desk", equal_height=True):
        with gr.Column(elem_classes="card question"), gr.Tabs(elem_classes="ways") as ways:
            codes, by_kind = _kind_form(language)
            calendar, by_date = _date_form(language)
        with gr.Column(elem_classes="card answer"):
            answer = gr.HTML("", elem_id="answer", **base.LIVE_REGION)
            # Apart from the answer, which it must not overwrite when it comes late.
            greeting = gr.HTML(views.no_question_message(language), elem_id="greeting", **base.LIVE_REGION)
    with gr.Column(elem_classes="card week", visible=False) as around:
        head = gr.HTML("", **base.PLAIN_HTML)
        plot = charts.place("week")
        table = gr.HTML("", **base.PLAIN_HTML)
    drawn = gr.State(None)
    direct = {"show_progress_on": answer, **base.UNQUEUED}
    for button, handler, inputs in (
        (by_kind, partial(predict_kind, desk.api, language), codes),
        (by_date, partial(predict_date, desk.api, language), [calendar]),
    ):
        asked = button.click(_outputs(handler), inputs, [answer, around, head, drawn], **direct)
        asked.then(None, answer, js=ADDRESS_JS)
        # After the number stands: drawing keeps a browser busy.
        asked.then(_chart_updates, drawn, [plot, table], show_progress="hidden", **base.UNQUEUED)
    here = [gr.Textbox(visible=False) for _ in range(2)]
    page.load(
        partial(_open_updates, desk.api, language),
        here,
        [greeting, answer, around, head, plot, table, ways, *codes, calendar],
        js=READ_ADDRESS_JS,
        show_progress="hidden",
        **base.UNQUEUED,
    )


def predict_kind(api: ApiClient, language: Language, weekday: int, season: int, holiday: int) -> PageState:
    """Ask the API about a kind of day and render its answer, or why there is none."""
    return _predict(api, language, PredictionRequest(weekday=weekday, season=season, holiday=holiday))


def predict_date(api: ApiClient, language: Language, when: str | None) -> PageState:
    """Ask the API about a date (ISO 8601, as the calendar writes it) and render its answer, or why there is none."""
    try:
        day = date.fromisoformat((when or "").strip())
    except ValueError:
        return PageState(views.no_date_message(language))
    return _predict(api, language, day)


def open_page(api: ApiClient, language: Language, search: str = "", zone_name: str | None = None) -> PageState:
    """Render the place of the answer for somebody who just came: by a link to an answer or a question, or plainly.

    Asks nothing that is stored.
    """
    try:
        link = open_link(search)
        if isinstance(link, UUID):
            found = find_with_details(api, language, link)
            question = found.answer.date or PredictionRequest(
                **found.answer.model_dump(include={*PredictionRequest.model_fields})
            )
            return PageState(*_render(language, found, zone_name), question, answered=True)
        return PageState(views.no_question_message(language, get_champion(api)), question=link)
    except NoSuchPredictionError:
        return PageState(views.no_link_message(language))
    except ApiError as error:
        lost = search and error.failure.kind is FailureKind.NOT_FOUND
        return PageState(views.no_link_message(language) if lost else failure_message(language, error.failure))


def _predict(api: ApiClient, language: Language, question: PredictionRequest | date) -> PageState:
    try:
        return PageState(*_render(language, predict_with_details(api, language, question)))
    except ApiError as error:
        return PageState(failure_message(language, error.failure))


def _render(
    language: Language, found: PredictionDetails, zone_name: str | None = None
) -> tuple[str, tuple[str, Any, str] | None]:
    answer, zone = found.answer, formats.time_zone(zone_name) if zone_name else None
    markup = views.prediction(language, answer, views.Comparison(found.champion, found.day, found.today, zone))
    if answer.date is None or found.week is None:
        return markup, None
    drawn = charts.to_update(week.chart(language, answer.date, found.week))
    head = week.heading(language, answer.date, found.week, answer.model_version)
    return markup, (head, drawn, week.table(language, answer.date, found.week))


def _outputs(handler: partial[PageState]) -> Any:
    def updates(*values: Any) -> tuple[Any, ...]:
        markup, around, head, *drawn = _updates(handler(*values))
        return markup, around, head, drawn

    return updates


def _chart_updates(pictures: list[Any]) -> list[Any]:
    return pictures


def _updates(shown: PageState) -> tuple[Any, ...]:
    return shown.markup, gr.update(visible=shown.week is not None), *(shown.week or (gr.skip(), gr.skip(), gr.skip()))


def _open_updates(api: ApiClient, language: Language, search: str, zone: str | None) -> tuple[Any, ...]:
    shown, still = open_page(api, language, search, zone), gr.skip()
    place = (still, *_updates(shown)) if shown.answered else (shown.markup, *[still] * 5)
    match shown.question:
        case PredictionRequest(weekday=weekday, season=season, holiday=holiday):
            return *place, still, weekday, season, holiday, still
        case date():
            return *place, gr.Tabs(selected=DATE), still, still, still, shown.question.isoformat()
        case _:
            return *place, *[still] * 5


def _kind_form(language: Language) -> tuple[list[gr.Radio], gr.Button]:
    days = DAYS[language]
    with gr.Tab(TEXTS[language].by_kind, id=KIND, render_children=True):
        codes = [
            _choice(days.weekday, formats.weekday_names(language), "weekday"),
            _choice(days.season, days.seasons, "season"),
            _choice(days.holiday, days.holidays, "holiday"),
        ]
        return codes, gr.Button(TEXTS[language].ask, variant="primary", elem_id="ask")


def _date_form(language: Language) -> tuple[gr.Textbox, gr.Button]:
    texts = TEXTS[language]
    with gr.Tab(texts.by_date, id=DATE, render_children=True):
        calendar = gr.Textbox(label=texts.date, elem_id="date", elem_classes="calendar", max_lines=1)
        return calendar, gr.Button(texts.ask, variant="primary", elem_id="ask-date")


def _choice(label: str, names: Mapping[int, str], name: str) -> gr.Radio:
    choices = [(text, code) for code, text in names.items()]
    return gr.Radio(choices, value=choices[0][1], label=label, elem_id=name, elem_classes="chips")


PAGE = base.Page("", TEXTS, lay_out)
