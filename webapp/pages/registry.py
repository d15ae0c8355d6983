"""*Registro*: the predictions that were given, newest first, a page at a time from the API's cursor."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import gradio as gr

from webapp import formats, views
from webapp.client import ApiClient
from webapp.failures import ApiError
from webapp.pages import frame
from webapp.texts import Texts

PATH = "registro"

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


def lay_out(page: gr.Blocks, client: ApiClient, texts: Texts, rows: int) -> None:
    """Lay the page out and tie it to the API. `rows` is the length of one page of the history."""
    frame.header(texts, PATH)
    frame.lead(texts.registry, texts.registry_lead)
    trail, zone = gr.State(Trail()), gr.Textbox(visible=False)
    with gr.Column(elem_classes="card"):
        with gr.Row(elem_classes="tools"):
            refresh = gr.Button(texts.refresh, size="sm", elem_id="refresh")
        history = gr.HTML(views.waiting(texts), elem_id="history", **frame.ANNOUNCED)
        with gr.Row(elem_classes="pager"):
            newer = gr.Button(texts.newer, size="sm", interactive=False, elem_id="newer")
            number = gr.HTML("", elem_id="page-number", **frame.STILL)
            older = gr.Button(texts.older, size="sm", interactive=False, elem_id="older")
    outputs = [history, number, newer, older, trail]
    for trigger, step in (
        (page.load, Trail.first),
        (refresh.click, Trail.first),
        (newer.click, Trail.newer),
        (older.click, Trail.older),
    ):
        handler = partial(_stepped, client, texts, rows, step)
        trigger(handler, [trail, zone], outputs, js=_WITH_TIME_ZONE, show_progress_on=history, **frame.DIRECT)


def turned(client: ApiClient, texts: Texts, rows: int, trail: Trail, zone_name: str | None) -> Shown:
    """Read the page at the end of `trail` and render it, or why it cannot be read."""
    try:
        page = client.history(rows, trail.cursors[-1])
    except ApiError as error:
        return Shown(views.failure(texts, error.failure), trail)
    markup = views.history(texts, page, formats.time_zone(zone_name))
    number = texts.page.format(number=len(trail.cursors)) if page.items else ""
    return Shown(markup, Trail(trail.cursors, page.next_cursor), number)


def _stepped(
    client: ApiClient, texts: Texts, rows: int, step: Callable[[Trail], Trail], trail: Trail, zone: str | None
) -> tuple[Any, ...]:
    shown = turned(client, texts, rows, step(trail), zone)
    newer = gr.update(interactive=len(shown.trail.cursors) > 1)
    older = gr.update(interactive=shown.trail.next_cursor is not None)
    return shown.markup, shown.page, newer, older, shown.trail
