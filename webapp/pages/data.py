"""*Datos*: a table in, how it is understood, choices, the load and its training; versions and the way back."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any, Literal
from uuid import UUID

import gradio as gr

from webapp.api.data import (
    get_check,
    get_data_versions,
    get_newest_training,
    start_check,
    start_data_rollback,
    start_load,
    upload_table,
)
from webapp.api.training import Run, get_run, start_training
from webapp.auth.roles import current_user, is_admin
from webapp.errors import ApiError, Failure, FailureKind
from webapp.pages import base, data_choices
from webapp.pages.data_choices import ChoiceError
from webapp.pages.data_layout import DataScreen, lay_out_screen
from webapp.rendering import charts, formats
from webapp.texts.data import TEXTS
from webapp.views import data as views
from webapp.views import data_chart
from webapp.views import model as model_views
from webapp.views.base import failure_message, waiting_message

MAX_TRAINING_POLLS = 30
READ_ZONE_JS = "() => Intl.DateTimeFormat().resolvedOptions().timeZone"
Phase = Literal["check", "load", "await training", "train", "rollback"]
Updates = dict[Any, Any]


@dataclass(frozen=True)
class Work:
    """What a reader is doing: the table (None: the data in use is read again), how it is read, and the run."""

    file: str | None = None
    name: str = ""
    request: dict[str, Any] = field(default_factory=dict)
    phase: Phase = "check"
    run: str = ""
    since: datetime | None = None
    polls: int = 0


@dataclass(frozen=True)
class DataHandlers:
    """What the page's events call. Each returns updates by component."""

    desk: base.PageContext
    screen: DataScreen

    def show_versions(self, zone: str, request: gr.Request) -> Updates:
        """The versions of the data; for an administrator also the corner to load, with the user's own dates."""
        screen, language, admin = self.screen, self.desk.language, is_admin(request)
        corner = {screen.corner: gr.update(visible=admin)}
        try:
            found = get_data_versions(self.desk.api)
        except ApiError as error:
            return corner | {screen.versions: failure_message(language, error.failure)}
        shown = views.versions(language, found, formats.time_zone(zone), may_operate=admin)
        events = data_choices.events_update(language, data_choices.events_of(found.in_use))
        again = gr.update(visible=found.in_use is not None)
        return corner | {screen.versions: shown, screen.events: events, screen.again: again}

    def upload(self, file: str | None, events: list[str] | None, request: gr.Request) -> Updates:
        """Send a table to the API and have it looked at."""
        path = Path(file) if file else None
        if not is_admin(request):
            return self._failed(Failure(FailureKind.REFUSED))
        if path is None or not path.exists():
            return self._message_updates(TEXTS[self.desk.language].gone)
        try:
            table = upload_table(self.desk.api, path)
        except ApiError as error:
            return self._failed(error.failure)
        cleared = {choice: gr.update(value="", info="") for choice in self.screen.choices}
        work = Work(file=table.id, name=table.name)
        return cleared | self._check(work, [""] * len(self.screen.choices), events, request)

    def read_again(self, events: list[str] | None, request: gr.Request) -> Updates:
        """Have the source of the data in use looked at."""
        cleared = {choice: gr.update(value="", info="") for choice in self.screen.choices}
        work = Work(name=TEXTS[self.desk.language].again_name)
        return cleared | self._check(work, [""] * len(self.screen.choices), events, request)

    def check_again(self, request: gr.Request, work: Work, events: list[str] | None, *values: str) -> Updates:
        """Have the same table looked at with other choices."""
        return self._check(work, values, events, request)

    def load(self, request: gr.Request, work: Work, events: list[str] | None, *values: str) -> Updates:
        """Load what was shown; if the choices have changed since, show that first."""
        try:
            wanted = self._request(work, values, events)
        except ChoiceError as error:
            return self._message_updates(f"{error}")
        if wanted != work.request:
            return self._check(work, values, events, request)
        return self._started(replace(work, phase="load"), lambda who: start_load(self.desk.api, wanted | who), request)

    def train(self, work: Work, request: gr.Request) -> Updates:
        """Start a training."""
        start = replace(work, phase="train")
        return self._started(start, lambda who: start_training(self.desk.api, who["asked_by"]), request)

    def roll_back(self, version: str, work: Work, request: gr.Request) -> Updates:
        """Make an earlier version of the data current."""
        start = replace(work, phase="rollback")
        return self._started(start, lambda who: start_data_rollback(self.desk.api, version, who["asked_by"]), request)

    def add_event(self, start: str, end: str, name: str, events: list[str] | None) -> Updates:
        """Add dates of the user's own."""
        try:
            added = data_choices.OwnDates.parse(f"{start}|{end}|{name.strip()[:100]}")
        except ValueError:
            return {self.screen.event_message: TEXTS[self.desk.language].bad_event}
        if added.end < added.start:
            return {self.screen.event_message: TEXTS[self.desk.language].bad_event}
        listed = data_choices.events_update(self.desk.language, [*(events or []), added.value])
        return {self.screen.events: listed, self.screen.event_message: "", self.screen.event_name: ""}

    def poll(self, work: Work) -> Updates:
        """Show how far the run is, and what came of it."""
        try:
            if work.phase == "await training":
                return self._await_training(work)
            run = get_run(self.desk.api, UUID(work.run))
            return self._ended(work, run) if run.finished else self._going(work, run)
        except ApiError as error:  # it is asked again: a server that is away comes back
            return {self.screen.progress: failure_message(self.desk.language, error.failure)}

    def _request(self, work: Work, values: Sequence[str], events: Sequence[str] | None) -> dict[str, Any]:
        options = data_choices.to_options(self.desk.language, values)
        force = bool(options.pop("force", False))
        own = data_choices.to_events(events or [])
        if own or work.file is None:  # the data in use may lose its own dates, too
            options["events"] = own
        return {"options": options, "force": force} | ({"file": work.file} if work.file else {})

    def _check(self, work: Work, values: Sequence[str], events: Sequence[str] | None, request: gr.Request) -> Updates:
        try:
            wanted = self._request(work, values, events)
        except ChoiceError as error:
            return self._message_updates(f"{error}")
        start = replace(work, phase="check", request=wanted)
        return self._started(start, lambda who: start_check(self.desk.api, wanted | who), request)

    def _started(self, work: Work, start: Any, request: gr.Request) -> Updates:
        user = current_user(request)
        if user is None or not is_admin(request):
            return self._failed(Failure(FailureKind.REFUSED))
        try:
            run = start({"asked_by": user.name})
        except ApiError as error:
            return self._failed(error.failure)
        return self._going(replace(work, run=f"{run.id}", since=run.created_at, polls=0), run)

    def _going(self, work: Work, run: Run) -> Updates:
        shown = self._progress(work) + model_views.run(self.desk.language, run)
        screen, busy = self.screen, gr.update(interactive=False)
        buttons = dict.fromkeys((screen.check, screen.load, screen.train, screen.again), busy)
        return buttons | {screen.progress: shown, screen.work: work, screen.clock: gr.update(active=True)}

    def _ended(self, work: Work, run: Run) -> Updates:
        language = self.desk.language
        if run.state != "COMPLETED":
            return self._idle() | {self.screen.progress: model_views.run(language, run)}
        if work.phase == "check":
            return self._checked(work)
        if work.phase == "load":
            waiting = replace(work, phase="await training", run=f"{run.id}")
            shown = self._progress(waiting) + model_views.run(language, run)
            train = {self.screen.train: gr.update(visible=True, interactive=True)}
            return train | {self.screen.progress: shown, self.screen.work: waiting, self.screen.ended: f"{run.id}"}
        texts = TEXTS[language]
        done = views.progress(language, texts.trained, texts.to_predictions) if work.phase == "train" else ""
        ended = {self.screen.ended: f"{run.id}"}
        return self._idle() | ended | {self.screen.progress: done + model_views.run(language, run)}

    def _checked(self, work: Work) -> Updates:
        language, screen = self.desk.language, self.screen
        found = get_check(self.desk.api, UUID(work.run))
        days = found.days
        drawn = {
            screen.chart: gr.update(value=charts.to_update(data_chart.chart(language, days)), visible=bool(days)),
            screen.table: data_chart.table(language, days) if days else "",
            screen.result: gr.update(visible=True),
            screen.understood: views.check(language, found, work.name),
            screen.accordion: gr.update(open=not found.accepted),
            screen.progress: "",
        }
        choices = dict(zip(screen.choices, data_choices.choice_updates(language, found), strict=True))
        return self._idle() | choices | drawn | {screen.load: gr.update(interactive=True, visible=found.accepted)}

    def _await_training(self, work: Work) -> Updates:
        try:
            run = get_newest_training(self.desk.api)
        except ApiError as error:
            if error.failure.kind is not FailureKind.NOT_FOUND:
                raise
        else:
            if run.created_at and (work.since is None or run.created_at >= work.since):
                return self._going(replace(work, phase="train", run=f"{run.id}"), run)
        if work.polls >= MAX_TRAINING_POLLS:
            return self._idle()
        return {self.screen.work: replace(work, polls=work.polls + 1)}

    def _idle(self) -> Updates:
        screen, ready = self.screen, gr.update(interactive=True)
        buttons = dict.fromkeys((screen.check, screen.load, screen.train, screen.again), ready)
        return buttons | {screen.clock: gr.update(active=False)}

    def _progress(self, work: Work) -> str:
        texts = TEXTS[self.desk.language]
        text = {
            "check": texts.checking,
            "load": texts.loading,
            "await training": texts.waiting_training,
            "train": texts.training,
            "rollback": texts.going_back,
        }[work.phase]
        return views.progress(self.desk.language, text.format(name=work.name))

    def _message_updates(self, text: str) -> Updates:
        return self._idle() | {self.screen.progress: views.progress(self.desk.language, text)}

    def _failed(self, failed: Failure) -> Updates:
        return self._idle() | {self.screen.progress: failure_message(self.desk.language, failed)}


def lay_out(page: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    screen = lay_out_screen(desk, Work(), waiting_message(desk.language))
    handlers = DataHandlers(desk, screen)
    quiet: dict[str, Any] = {"show_progress": "hidden", **base.UNQUEUED}
    listed = [screen.versions, screen.corner, screen.events, screen.again]
    for trigger in (page.load, screen.ended.change):
        trigger(handlers.show_versions, screen.zone, listed, js=READ_ZONE_JS, **quiet)
    changed = screen.changing
    chosen = [screen.work, screen.events, *screen.choices]
    screen.file.upload(handlers.upload, [screen.file, screen.events], changed, **quiet)
    screen.again.click(handlers.read_again, screen.events, changed, **quiet)
    screen.check.click(handlers.check_again, chosen, changed, **quiet)
    screen.load.click(handlers.load, chosen, changed, **quiet)
    screen.train.click(handlers.train, screen.work, changed, **quiet)
    version_js = "(version, work) => [window.wantedData, work]"
    screen.back.click(handlers.roll_back, [screen.version, screen.work], changed, js=version_js, **quiet)
    screen.back.click(None, js="() => document.getElementById('data-run').scrollIntoView({block: 'center'})")
    screen.clock.tick(handlers.poll, screen.work, changed, **quiet)
    event = [screen.event_start, screen.event_end, screen.event_name, screen.events]
    added = [screen.events, screen.event_message, screen.event_name]
    screen.add.click(handlers.add_event, event, added, **quiet)


PAGE = base.Page("datos", TEXTS, lay_out)
