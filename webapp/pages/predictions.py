"""Home, *Predicciones*: a kind of day or a date in, the sales to expect and how sure that is out."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any
from uuid import UUID

import gradio as gr

from webapp.api.client import ApiClient
from webapp.api.model import champion
from webapp.api.predictions import Question
from webapp.errors import ApiError, FailureKind
from webapp.navigation.deep_links import NothingThereError, opened
from webapp.pages import base
from webapp.pages.prediction_details import Answered, ask, look_up
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.predictions import TEXTS
from webapp.views import predictions as views
from webapp.views import week
from webapp.views.base import failure

# The address opens the answer again, in the other language too. On a phone the answer stands below the button.
_SETTLED = r"""(markup) => {
  history.replaceState(history.state, '', /href="([^"]*\?id=[\w-]+)"/.exec(markup)?.[1] ?? './');
  document.getElementById('answer').scrollIntoView({behavior: 'smooth', block: 'nearest'});
}"""
# The link that brought the reader, and their own clock.
_HERE = "() => [location.search, Intl.DateTimeFormat().resolvedOptions().timeZone]"
KIND, DATE = "kind", "date"


@dataclass(frozen=True)
class Shown:
    """What the place of the answer shows, and the week under it where a date was asked for."""

    markup: str
    week: tuple[str, Any, str] | None = None
    question: Question | date | None = None
    """With which the form is filled in, where a link brought one."""
    answered: bool = False


def lay_out(page: gr.Blocks, desk: base.Desk) -> None:
    """Lay the page out and tie it to the API."""
    language = desk.language
    with gr.Row(elem_classes="desk", equal_height=True):
        with gr.Column(elem_classes="card question"), gr.Tabs(elem_classes="ways") as ways:
            codes, by_kind = _by_kind(language)
            calendar, by_date = _by_date(language)
        with gr.Column(elem_classes="card answer"):
            answer = gr.HTML("", elem_id="answer", **base.ANNOUNCED)
            # Apart from the answer, which it must not overwrite when it comes late.
            greeting = gr.HTML(views.not_asked(language), elem_id="greeting", **base.ANNOUNCED)
    with gr.Column(elem_classes="card week", visible=False) as around:
        head = gr.HTML("", **base.STILL)
        plot = charts.place("week")
        table = gr.HTML("", **base.STILL)
    drawn = gr.State(None)
    direct = {"show_progress_on": answer, **base.DIRECT}
    for button, handler, inputs in (
        (by_kind, partial(answered, desk.api, language), codes),
        (by_date, partial(answered_by_date, desk.api, language), [calendar]),
    ):
        asked = button.click(_outputs(handler), inputs, [answer, around, head, drawn], **direct)
        asked.then(None, answer, js=_SETTLED)
        # After the number stands: drawing keeps a browser busy.
        asked.then(_drawn, drawn, [plot, table], show_progress="hidden", **base.DIRECT)
    here = [gr.Textbox(visible=False) for _ in range(2)]
    page.load(
        partial(_opened, desk.api, language),
        here,
        [greeting, answer, around, head, plot, table, ways, *codes, calendar],
        js=_HERE,
        show_progress="hidden",
        **base.DIRECT,
    )


def answered(api: ApiClient, language: Language, weekday: int, season: int, holiday: int) -> Shown:
    """Ask the API about a kind of day and render its answer, or why there is none."""
    return _asked(api, language, Question(weekday=weekday, season=season, holiday=holiday))


def answered_by_date(api: ApiClient, language: Language, when: str | None) -> Shown:
    """Ask the API about a date (ISO 8601, as the calendar writes it) and render its answer, or why there is none."""
    try:
        day = date.fromisoformat((when or "").strip())
    except ValueError:
        return Shown(views.no_date(language))
    return _asked(api, language, day)


def greeted(api: ApiClient, language: Language, search: str = "", zone_name: str | None = None) -> Shown:
    """Render the place of the answer for somebody who just came: by a link to an answer or a question, or plainly.

    Asks nothing that is stored.
    """
    try:
        link = opened(search)
        if isinstance(link, UUID):
            found = look_up(api, language, link)
            question = found.answer.date or Question(**found.answer.model_dump(include={*Question.model_fields}))
            return Shown(*_rendered(language, found, zone_name), question, answered=True)
        return Shown(views.not_asked(language, champion(api)), question=link)
    except NothingThereError:
        return Shown(views.no_link(language))
    except ApiError as error:
        lost = search and error.failure.kind is FailureKind.NOT_FOUND
        return Shown(views.no_link(language) if lost else failure(language, error.failure))


def _asked(api: ApiClient, language: Language, question: Question | date) -> Shown:
    try:
        return Shown(*_rendered(language, ask(api, language, question)))
    except ApiError as error:
        return Shown(failure(language, error.failure))


def _rendered(
    language: Language, found: Answered, zone_name: str | None = None
) -> tuple[str, tuple[str, Any, str] | None]:
    answer, zone = found.answer, formats.time_zone(zone_name) if zone_name else None
    markup = views.prediction(language, answer, views.Beside(found.champion, found.day, found.today, zone))
    if answer.date is None or found.week is None:
        return markup, None
    drawn = charts.drawn(week.chart(language, answer.date, found.week))
    head = week.heading(language, answer.date, found.week, answer.model_version)
    return markup, (head, drawn, week.table(language, answer.date, found.week))


def _outputs(handler: partial[Shown]) -> Any:
    def updates(*values: Any) -> tuple[Any, ...]:
        markup, around, head, *drawn = _updates(handler(*values))
        return markup, around, head, drawn

    return updates


def _drawn(pictures: list[Any]) -> list[Any]:
    return pictures


def _updates(shown: Shown) -> tuple[Any, ...]:
    return shown.markup, gr.update(visible=shown.week is not None), *(shown.week or (gr.skip(), gr.skip(), gr.skip()))


def _opened(api: ApiClient, language: Language, search: str, zone: str | None) -> tuple[Any, ...]:
    shown, still = greeted(api, language, search, zone), gr.skip()
    place = (still, *_updates(shown)) if shown.answered else (shown.markup, *[still] * 5)
    match shown.question:
        case Question(weekday=weekday, season=season, holiday=holiday):
            return *place, still, weekday, season, holiday, still
        case date():
            return *place, gr.Tabs(selected=DATE), still, still, still, shown.question.isoformat()
        case _:
            return *place, *[still] * 5


def _by_kind(language: Language) -> tuple[list[gr.Radio], gr.Button]:
    days = DAYS[language]
    with gr.Tab(TEXTS[language].by_kind, id=KIND, render_children=True):
        codes = [
            _choice(days.weekday, formats.weekday_names(language), "weekday"),
            _choice(days.season, days.seasons, "season"),
            _choice(days.holiday, days.holidays, "holiday"),
        ]
        return codes, gr.Button(TEXTS[language].ask, variant="primary", elem_id="ask")


def _by_date(language: Language) -> tuple[gr.Textbox, gr.Button]:
    texts = TEXTS[language]
    with gr.Tab(texts.by_date, id=DATE, render_children=True):
        calendar = gr.Textbox(label=texts.date, elem_id="date", elem_classes="calendar", max_lines=1)
        return calendar, gr.Button(texts.ask, variant="primary", elem_id="ask-date")


def _choice(label: str, names: Mapping[int, str], name: str) -> gr.Radio:
    choices = [(text, code) for code, text in names.items()]
    return gr.Radio(choices, value=choices[0][1], label=label, elem_id=name, elem_classes="chips")


PAGE = base.Page("", TEXTS, lay_out)
