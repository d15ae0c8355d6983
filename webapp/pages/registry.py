"""*Registro*: the predictions that were given, newest first, filtered, a page at a time from the API's cursor."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from webapp.api.client import ApiClient
from webapp.api.history import get_history, get_summary
from webapp.errors import ApiError, FailureKind
from webapp.navigation.filters import Filters, parse
from webapp.pages import base
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.registry import TEXTS
from webapp.views import registry as views
from webapp.views import registry_chart
from webapp.views.base import failure_message, waiting_message

# Gradio hands over what these return: the browser alone knows its reader's time zone and its address.
READ_POSITION_JS = "(trail, zone, search) => [trail, Intl.DateTimeFormat().resolvedOptions().timeZone, location.search]"
READ_FILTERS_JS = """(trail, zone, search) => {
  const form = new FormData(document.getElementById("filters"));
  const asked = new URLSearchParams([...form].filter(([, value]) => value.trim())).toString();
  history.replaceState(history.state, "", location.pathname + (asked && "?" + asked));
  return [trail, Intl.DateTimeFormat().resolvedOptions().timeZone, asked];
}"""


@dataclass(frozen=True)
class PageCursors:
    """Where a reader stands: the cursors of the pages up to this one, and the next one's (None at the end)."""

    cursors: tuple[str | None, ...] = (None,)
    next_cursor: str | None = None

    def older(self) -> "PageCursors":
        """One page on; the same page at the end."""
        return PageCursors((*self.cursors, self.next_cursor)) if self.next_cursor else self

    def newer(self) -> "PageCursors":
        """One page back; the same page at the start."""
        return PageCursors(self.cursors[:-1]) if len(self.cursors) > 1 else self

    def first(self) -> "PageCursors":
        """Back to the newest."""
        return PageCursors()


@dataclass(frozen=True)
class PageState:
    """One page of the history, ready to be shown."""

    markup: str
    trail: PageCursors
    page: str = ""


def lay_out(page: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    texts = TEXTS[desk.language]
    where = [gr.State(PageCursors()), gr.Textbox(visible=False), gr.Textbox(visible=False)]
    with gr.Column(elem_classes="card registry"):
        form = gr.HTML(views.form(desk.language), elem_id="filters-place", **base.PLAIN_HTML)
        apply = gr.Button(texts.apply, elem_id="apply", elem_classes="unseen-button")
        chart, table = charts.place("registry-chart"), gr.HTML("", **base.PLAIN_HTML)
    with gr.Column(elem_classes="card registry"):
        with gr.Row(elem_classes="tools"):
            downloads = gr.HTML("", elem_id="downloads", **base.PLAIN_HTML)
            refresh = gr.Button(texts.refresh, size="sm", elem_id="refresh")
        shown = gr.HTML(waiting_message(desk.language), elem_id="history", **base.LIVE_REGION)
        with gr.Row(elem_classes="pager"):
            newer = gr.Button(texts.newer, size="sm", interactive=False, elem_id="newer")
            number = gr.HTML("", elem_id="page-number", **base.PLAIN_HTML)
            older = gr.Button(texts.older, size="sm", interactive=False, elem_id="older")
    rows, around = [shown, number, newer, older, where[0]], [chart, table, downloads]
    for trigger, js, step in (
        (page.load, READ_POSITION_JS, PageCursors.first),
        (refresh.click, READ_POSITION_JS, PageCursors.first),
        (apply.click, READ_FILTERS_JS, PageCursors.first),
        (newer.click, READ_POSITION_JS, PageCursors.newer),
        (older.click, READ_POSITION_JS, PageCursors.older),
    ):
        handler = partial(_step, desk.api, desk.language, desk.settings.web_page_rows, step)
        trigger(handler, where, rows, js=js, show_progress_on=shown, **base.UNQUEUED)
        if step is PageCursors.first:
            handler = partial(_surroundings, desk.api, desk.language)
            trigger(handler, where, around, js=js, show_progress="hidden", **base.UNQUEUED)
    page.load(
        partial(_filter_form, desk.language), where, form, js=READ_POSITION_JS, show_progress="hidden", **base.UNQUEUED
    )


def turn_page(
    api: ApiClient,
    language: Language,
    rows: int,
    trail: PageCursors,
    zone_name: str | None,
    chosen: Filters | None = None,
) -> PageState:
    """Read the page at the end of `trail` and render it, or why it cannot be read."""
    zone, filters = formats.time_zone(zone_name), chosen or Filters()
    try:
        page = get_history(api, rows, trail.cursors[-1], filters.params(zone))
    except ApiError as error:
        return PageState(failure_message(language, error.failure), trail)
    markup = views.history(language, page, zone, filters)
    number = TEXTS[language].page.format(number=len(trail.cursors)) if page.items else ""
    return PageState(markup, PageCursors(trail.cursors, page.next_cursor), number)


def _step(
    api: ApiClient,
    language: Language,
    rows: int,
    step: Callable[[PageCursors], PageCursors],
    trail: PageCursors,
    zone: str | None,
    search: str | None,
) -> tuple[Any, ...]:
    shown = turn_page(api, language, rows, step(trail), zone, parse(search))
    newer = gr.update(interactive=len(shown.trail.cursors) > 1)
    older = gr.update(interactive=shown.trail.next_cursor is not None)
    return shown.markup, shown.page, newer, older, shown.trail


def _surroundings(
    api: ApiClient, language: Language, _: PageCursors, zone_name: str | None, search: str | None
) -> tuple[Any, ...]:
    """The chart, its table, and the links to the file; without the chart where there is nothing to draw."""
    zone, chosen = formats.time_zone(zone_name), parse(search)
    downloads = views.downloads(language, chosen, zone_name)
    try:
        found = get_summary(api, chosen.params(zone))
    except ApiError as error:  # the rows say what is wrong, but of a time too long for the chart alone
        too_long = error.failure.kind is FailureKind.BAD_INPUT
        return gr.update(visible=False), views.no_chart(language) if too_long else "", downloads
    if not found.items:
        return gr.update(visible=False), "", downloads
    drawing = charts.to_update(registry_chart.chart(language, found, zone))
    return gr.update(value=drawing, visible=True), registry_chart.table(language, found, zone), downloads


def _filter_form(language: Language, _: PageCursors, __: str | None, search: str | None) -> str:
    return views.form(language, parse(search))


PAGE = base.Page("registro", TEXTS, lay_out)
