"""*Registro*: the predictions that were given, newest first, a page at a time from the API's cursor."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from webapp import formats
from webapp.api.history import history
from webapp.client import ApiClient
from webapp.failures import ApiError
from webapp.pages import frame
from webapp.texts import Language
from webapp.texts.registry import TEXTS
from webapp.views import registry as views
from webapp.views.frame import failure, waiting

# Gradio hands over what this returns: the browser alone knows its reader's time zone.
_WITH_TIME_ZONE = "(trail, zone) => [trail, Intl.DateTimeFormat().resolvedOptions().timeZone]"


@dataclass(frozen=True)
class Trail:
    """Where a reader stands: the cursors of the pages up to this one, and the next one's (None at the end)."""

    cursors: tuple[str | None, ...] = (None,)
    next_cursor: str | None = None

    def older(self) -> "Trail":
        """One page on; the same page at the end."""
        return Trail((*self.cursors, self.next_cursor)) if self.next_cursor else self

    def newer(self) -> "Trail":
        """One page back; the same page at the start."""
        return Trail(self.cursors[:-1]) if len(self.cursors) > 1 else self

    def first(self) -> "Trail":
        """Back to the newest."""
        return Trail()


@dataclass(frozen=True)
class Shown:
    """One page of the history, ready to be shown."""

    markup: str
    trail: Trail
    page: str = ""


def lay_out(page: gr.Blocks, desk: frame.Desk) -> None:
    """Lay the page out and tie it to the API."""
    texts = TEXTS[desk.language]
    trail, zone = gr.State(Trail()), gr.Textbox(visible=False)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="tools"):
            refresh = gr.Button(texts.refresh, size="sm", elem_id="refresh")
        shown = gr.HTML(waiting(desk.language), elem_id="history", **frame.ANNOUNCED)
        with gr.Row(elem_classes="pager"):
            newer = gr.Button(texts.newer, size="sm", interactive=False, elem_id="newer")
            number = gr.HTML("", elem_id="page-number", **frame.STILL)
            older = gr.Button(texts.older, size="sm", interactive=False, elem_id="older")
    outputs = [shown, number, newer, older, trail]
    for trigger, step in (
        (page.load, Trail.first),
        (refresh.click, Trail.first),
        (newer.click, Trail.newer),
        (older.click, Trail.older),
    ):
        handler = partial(_stepped, desk.api, desk.language, desk.settings.web_page_rows, step)
        trigger(handler, [trail, zone], outputs, js=_WITH_TIME_ZONE, show_progress_on=shown, **frame.DIRECT)


def turned(api: ApiClient, language: Language, rows: int, trail: Trail, zone_name: str | None) -> Shown:
    """Read the page at the end of `trail` and render it, or why it cannot be read."""
    try:
        page = history(api, rows, trail.cursors[-1])
    except ApiError as error:
        return Shown(failure(language, error.failure), trail)
    markup = views.history(language, page, formats.time_zone(zone_name))
    number = TEXTS[language].page.format(number=len(trail.cursors)) if page.items else ""
    return Shown(markup, Trail(trail.cursors, page.next_cursor), number)


def _stepped(
    api: ApiClient, language: Language, rows: int, step: Callable[[Trail], Trail], trail: Trail, zone: str | None
) -> tuple[Any, ...]:
    shown = turned(api, language, rows, step(trail), zone)
    newer = gr.update(interactive=len(shown.trail.cursors) > 1)
    older = gr.update(interactive=shown.trail.next_cursor is not None)
    return shown.markup, shown.page, newer, older, shown.trail


PAGE = frame.Page("registro", TEXTS, lay_out)
