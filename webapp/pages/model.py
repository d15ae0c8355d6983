"""*Modelo*: whether the model can be believed, where its versions come from, and, for who may, a new one or an old."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import gradio as gr

from webapp.api.model import Champion, get_champion
from webapp.api.model_versions import Evaluation, get_evaluation, get_versions
from webapp.api.training import Run, get_run, start_rollback, start_training
from webapp.auth.roles import current_user, is_admin
from webapp.errors import ApiError, Failure, FailureKind
from webapp.pages import base
from webapp.rendering import charts, formats
from webapp.texts.model import TEXTS
from webapp.views import model as views
from webapp.views import model_charts
from webapp.views.base import failure_message, waiting_message

PAGE_VERSIONS = 10
POLL_SECONDS = 2
# the browser alone knows its reader's time zone
READ_ZONE_JS = "(zone, cursor) => [Intl.DateTimeFormat().resolvedOptions().timeZone, cursor]"
FIRST_PAGE_JS = "(zone, cursor) => [Intl.DateTimeFormat().resolvedOptions().timeZone, '']"


@dataclass(frozen=True)
class ModelHandlers:
    """What the page's events call. Methods, since Gradio gives `gr.Request` to those that name its type."""

    desk: base.PageContext

    def show_evaluation(self) -> tuple[Any, ...]:
        """Who serves in words, and its charts with their tables; or why they cannot be shown."""
        language = self.desk.language
        try:
            serving, found = self._serving()
        except ApiError as error:
            hidden = gr.update(visible=False)
            return failure_message(language, error.failure), hidden, hidden, "", hidden, ""
        return (
            views.champion(language, serving, found),
            gr.update(visible=True),
            gr.update(value=charts.to_update(model_charts.accuracy(language, found)), visible=True),
            model_charts.accuracy_table(language, found),
            gr.update(value=charts.to_update(model_charts.residuals(language, found)), visible=True),
            model_charts.residuals_table(language, found),
        )

    def _serving(self) -> tuple[Champion, Evaluation]:
        serving, found = get_champion(self.desk.api), get_evaluation(self.desk.api)
        if serving.version != found.version:  # another was promoted between the two questions
            serving = get_champion(self.desk.api)
        return serving, found

    def show_versions(self, zone: str, cursor: str, request: gr.Request) -> tuple[Any, ...]:
        """A page of versions, the cursor of the next one, and whether there is one."""
        language = self.desk.language
        try:
            page = get_versions(self.desk.api, PAGE_VERSIONS, cursor or None)
        except ApiError as error:
            return failure_message(language, error.failure), cursor, gr.update(visible=bool(cursor))
        shown = views.history(language, page, formats.time_zone(zone), may_operate=is_admin(request))
        return shown, page.next_cursor or "", gr.update(visible=page.next_cursor is not None)

    def show_operations(self, request: gr.Request) -> Any:
        """The operator's corner, for who may operate."""
        return gr.update(visible=is_admin(request))

    def start_training(self, request: gr.Request) -> tuple[Any, ...]:
        """Start a training, and show its run."""
        return self._start_run(lambda who: start_training(self.desk.api, who), request)

    def start_rollback(self, version: str, reason: str, request: gr.Request) -> tuple[Any, ...]:
        """Start to put a version back, and show its run."""
        return self._start_run(lambda who: start_rollback(self.desk.api, version, reason.strip(), who), request)

    def poll_run(self, name: str) -> tuple[Any, ...]:
        """How far the run is; the clock stops when it has ended."""
        try:
            return self._run_updates(get_run(self.desk.api, UUID(name)))
        except ApiError as error:  # it is asked again: a server that is away comes back
            return failure_message(self.desk.language, error.failure), name, gr.update(), gr.update(), gr.update()

    def _start_run(self, start: Callable[[str], Run], request: gr.Request) -> tuple[Any, ...]:
        user = current_user(request)
        if user is None or not is_admin(request):
            return self._failure_updates(Failure(FailureKind.REFUSED))
        try:
            return self._run_updates(start(user.name))
        except ApiError as error:
            return self._failure_updates(error.failure)

    def _failure_updates(self, failed: Failure) -> tuple[Any, ...]:
        shown = failure_message(self.desk.language, failed)
        return shown, "", gr.update(active=False), gr.update(interactive=True), gr.update()

    def _run_updates(self, going: Run) -> tuple[Any, ...]:
        name, ended = str(going.id), going.finished
        shown = views.run(self.desk.language, going)
        return shown, name, gr.update(active=not ended), gr.update(interactive=ended), name if ended else gr.update()


def lay_out(page: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    texts, board = TEXTS[desk.language], ModelHandlers(desk)
    with gr.Column(elem_classes="card model"):
        serving = gr.HTML(waiting_message(desk.language), elem_id="champion", **base.LIVE_REGION)
    with gr.Column(elem_classes="card model", visible=False) as pictures:
        gr.HTML(views.section(desk.language, texts.accuracy), **base.PLAIN_HTML)
        accuracy, accuracy_table = charts.place("accuracy-chart"), gr.HTML("", **base.PLAIN_HTML)
        gr.HTML(views.section(desk.language, texts.residuals, texts.residuals_note), **base.PLAIN_HTML)
        residuals, residuals_table = charts.place("residuals-chart"), gr.HTML("", **base.PLAIN_HTML)
    judged = [serving, pictures, accuracy, accuracy_table, residuals, residuals_table]
    ended = _lay_out_operations(page, board)
    with gr.Column(elem_classes="card model"):
        gr.HTML(views.section(desk.language, texts.history), **base.PLAIN_HTML)
        listed = gr.HTML(waiting_message(desk.language), elem_id="versions", **base.LIVE_REGION)
        older = gr.Button(texts.older, size="sm", visible=False, elem_id="older-versions")
    zone, cursor = gr.Textbox(visible=False), gr.Textbox(visible=False)
    rows: dict[str, Any] = {"inputs": [zone, cursor], "outputs": [listed, cursor, older], **base.UNQUEUED}
    for trigger in (page.load, ended.change):
        trigger(board.show_evaluation, None, judged, show_progress="hidden", **base.UNQUEUED)
        trigger(board.show_versions, js=FIRST_PAGE_JS, show_progress="hidden", **rows)
    older.click(board.show_versions, js=READ_ZONE_JS, show_progress_on=listed, **rows)


def _lay_out_operations(page: gr.Blocks, board: ModelHandlers) -> gr.Textbox:
    """The operator's corner; gives the field that changes when a run has ended."""
    texts, language = TEXTS[board.desk.language], board.desk.language
    with gr.Column(elem_classes="card model", visible=False) as corner:
        gr.HTML(views.section(language, texts.operate, texts.retrain_note), **base.PLAIN_HTML)
        train = gr.Button(texts.retrain, variant="primary", elem_id="retrain")
        going = gr.HTML("", elem_id="run", **base.LIVE_REGION)
    back = gr.Button(texts.roll_back, elem_id="roll-back", elem_classes="unseen-button")
    version, reason, name = (gr.Textbox(visible=False) for _ in range(3))
    ended, clock = gr.Textbox(visible="hidden"), gr.Timer(POLL_SECONDS, active=False)
    run_ = [going, name, clock, train, ended]
    quiet: dict[str, Any] = {"show_progress": "hidden", **base.UNQUEUED}
    page.load(board.show_operations, None, corner, **quiet)
    train.click(board.start_training, None, run_, **quiet)
    back.click(board.start_rollback, [version, reason], run_, js="() => window.wanted", **quiet)
    back.click(None, js="() => document.getElementById('run').scrollIntoView({block: 'center'})")
    clock.tick(board.poll_run, name, run_, **quiet)
    return ended


PAGE = base.Page("modelo", TEXTS, lay_out)
