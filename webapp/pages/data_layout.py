"""The components of *Datos* and where they stand. Knows Gradio, no API and no rule."""

from dataclasses import dataclass
from typing import Any

import gradio as gr

from webapp.pages import base
from webapp.pages.data_choices import lay_out_choices
from webapp.rendering import charts
from webapp.texts.data import TEXTS
from webapp.texts.data_options import TEXTS as OPTION_TEXTS
from webapp.views.model import section

POLL_SECONDS = 1.5


@dataclass(frozen=True, eq=False)
class DataScreen:
    """The components that handlers read and update."""

    versions: gr.HTML
    corner: gr.Column
    file: gr.File
    again: gr.Button
    progress: gr.HTML
    train: gr.Button
    result: gr.Column
    understood: gr.HTML
    chart: gr.Plot
    table: gr.HTML
    accordion: gr.Accordion
    choices: list[Any]
    event_start: gr.Textbox
    event_end: gr.Textbox
    event_name: gr.Textbox
    add: gr.Button
    event_message: gr.HTML
    events: gr.CheckboxGroup
    check: gr.Button
    load: gr.Button
    back: gr.Button
    version: gr.Textbox
    zone: gr.Textbox
    ended: gr.Textbox
    clock: gr.Timer
    work: gr.State

    @property
    def changing(self) -> list[Any]:
        """What a run may change."""
        fixed = [self.progress, self.train, self.result, self.understood, self.chart, self.table, self.accordion]
        return [*fixed, *self.choices, self.again, self.check, self.load, self.ended, self.clock, self.work]


def lay_out_screen(desk: base.PageContext, work: Any, waiting: str) -> DataScreen:
    """Lay out the versions, the corner of the administrator, and how a table is understood."""
    texts, language = TEXTS[desk.language], desk.language
    parts: dict[str, Any] = {"work": gr.State(work)}
    with gr.Column(elem_classes="card model", visible=False) as parts["corner"]:
        gr.HTML(section(language, texts.upload, texts.help), **base.PLAIN_HTML)
        parts["file"] = gr.File(label=texts.file, height=140, elem_id="data-file")
        parts["again"] = gr.Button(texts.again, size="sm", elem_id="data-again")
        parts["progress"] = gr.HTML("", elem_id="data-run", **base.LIVE_REGION)
        with gr.Row(elem_classes="data-buttons"):
            parts["train"] = gr.Button(texts.train, elem_id="data-train", visible=False)
        with gr.Column(visible=False, elem_id="data-result") as parts["result"]:
            parts |= _lay_out_result(desk)
    with gr.Column(elem_classes="card model"):
        gr.HTML(section(language, texts.versions_heading), **base.PLAIN_HTML)
        parts["versions"] = gr.HTML(waiting, elem_id="data-versions", **base.LIVE_REGION)
    parts["back"] = gr.Button(texts.roll_back, elem_id="data-back", elem_classes="unseen-button")
    parts |= {"version": gr.Textbox(visible=False), "zone": gr.Textbox(visible=False)}
    parts |= {"ended": gr.Textbox(visible="hidden"), "clock": gr.Timer(POLL_SECONDS, active=False)}
    return DataScreen(**parts)


def _lay_out_result(desk: base.PageContext) -> dict[str, Any]:
    texts, options = TEXTS[desk.language], OPTION_TEXTS[desk.language]
    parts: dict[str, Any] = {}
    parts["understood"] = gr.HTML("", elem_id="data-understood", **base.LIVE_REGION)
    parts["chart"] = charts.place("data-chart")
    parts["table"] = gr.HTML("", **base.PLAIN_HTML)
    with gr.Accordion(options.heading, open=False, elem_id="data-choices") as parts["accordion"]:
        parts["choices"] = lay_out_choices(desk.language)
    with gr.Accordion(texts.events, open=False, elem_id="data-events"):
        gr.HTML(section(desk.language, "", texts.events_help), **base.PLAIN_HTML)
        with gr.Row(elem_classes="data-grid"):
            parts["event_start"] = gr.Textbox(label=texts.start, elem_classes="calendar", elem_id="event-start")
            parts["event_end"] = gr.Textbox(label=texts.end, elem_classes="calendar", elem_id="event-end")
            parts["event_name"] = gr.Textbox(label=texts.event_name, elem_id="event-name")
        parts["add"] = gr.Button(texts.add, size="sm", elem_id="data-add-event")
        parts["event_message"] = gr.HTML("", **base.LIVE_REGION)
        parts["events"] = gr.CheckboxGroup(label=texts.kept_events, choices=[], visible=False, elem_id="own-dates")
    with gr.Row(elem_classes="data-buttons"):
        parts["check"] = gr.Button(texts.check, elem_id="data-check-again")
        parts["load"] = gr.Button(texts.load, variant="primary", elem_id="data-load")
    return parts
