"""*Modelo*: whether the model can be believed, where its versions come from, and, for who may, a new one or an old."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import gradio as gr

from webapp.api.model import Champion, champion
from webapp.api.model_versions import Evaluation, evaluation, versions
from webapp.api.training import Run, retrain, roll_back, run
from webapp.auth.roles import current_user, is_admin
from webapp.errors import ApiError, Failure, FailureKind
from webapp.pages import base
from webapp.rendering import charts, formats
from webapp.texts.model import TEXTS
from webapp.views import model as views
from webapp.views import model_charts
from webapp.views.base import failure, waiting

_PAGE = 10
_SECONDS = 2
# the browser alone knows its reader's time zone
_ZONE = "(zone, cursor) => [Intl.DateTimeFormat().resolvedOptions().timeZone, cursor]"
_FIRST = "(zone, cursor) => [Intl.DateTimeFormat().resolvedOptions().timeZone, '']"


@dataclass(frozen=True)
class Board:
    """What the page's events call. Methods, since Gradio gives `gr.Request` to those that name its type."""

    desk: base.Desk

    def judged(self) -> tuple[Any, ...]:
        """Who serves in words, and its charts with their tables; or why they cannot be shown."""
        language = self.desk.language
        try:
            serving, found = self._serving()
        except ApiError as error:
            hidden = gr.update(visible=False)
            return failure(language, error.failure), hidden, hidden, "", hidden, ""
        return (
            views.champion(language, serving, found),
            gr.update(visible=True),
            gr.update(value=charts.drawn(model_charts.accuracy(language, found)), visible=True),
            model_charts.accuracy_table(language, found),
            gr.update(value=charts.drawn(model_charts.residuals(language, found)), visible=True),
            model_charts.residuals_table(language, found),
        )

    def _serving(self) -> tuple[Champion, Evaluation]:
        serving, found = champion(self.desk.api), evaluation(self.desk.api)
        if serving.version != found.version:  # another was promoted between the two questions
            serving = champion(self.desk.api)
        return serving, found

    def listed(self, zone: str, cursor: str, request: gr.Request) -> tuple[Any, ...]:
        """A page of versions, the cursor of the next one, and whether there is one."""
        language = self.desk.language
        try:
            page = versions(self.desk.api, _PAGE, cursor or None)
        except ApiError as error:
            return failure(language, error.failure), cursor, gr.update(visible=bool(cursor))
        shown = views.history(language, page, formats.time_zone(zone), may_operate=is_admin(request))
        return shown, page.next_cursor or "", gr.update(visible=page.next_cursor is not None)

    def admitted(self, request: gr.Request) -> Any:
        """The operator's corner, for who may operate."""
        return gr.update(visible=is_admin(request))

    def retrained(self, request: gr.Request) -> tuple[Any, ...]:
        """Start a training, and show its run."""
        return self._started(lambda who: retrain(self.desk.api, who), request)

    def rolled_back(self, version: str, reason: str, request: gr.Request) -> tuple[Any, ...]:
        """Start to put a version back, and show its run."""
        return self._started(lambda who: roll_back(self.desk.api, version, reason.strip(), who), request)

    def followed(self, name: str) -> tuple[Any, ...]:
        """How far the run is; the clock stops when it has ended."""
        try:
            return self._shown(run(self.desk.api, UUID(name)))
        except ApiError as error:  # it is asked again: a server that is away comes back
            return failure(self.desk.language, error.failure), name, gr.update(), gr.update(), gr.update()

    def _started(self, start: Callable[[str], Run], request: gr.Request) -> tuple[Any, ...]:
        user = current_user(request)
        if user is None or not is_admin(request):
            return self._stopped(Failure(FailureKind.REFUSED))
        try:
            return self._shown(start(user.name))
        except ApiError as error:
            return self._stopped(error.failure)

    def _stopped(self, failed: Failure) -> tuple[Any, ...]:
        shown = failure(self.desk.language, failed)
        return shown, "", gr.update(active=False), gr.update(interactive=True), gr.update()

    def _shown(self, going: Run) -> tuple[Any, ...]:
        name, ended = str(going.id), going.finished
        shown = views.run(self.desk.language, going)
        return shown, name, gr.update(active=not ended), gr.update(interactive=ended), name if ended else gr.update()


def lay_out(page: gr.Blocks, desk: base.Desk) -> None:
    """Lay the page out and tie it to the API."""
    texts, board = TEXTS[desk.language], Board(desk)
    with gr.Column(elem_classes="card model"):
        serving = gr.HTML(waiting(desk.language), elem_id="champion", **base.ANNOUNCED)
    with gr.Column(elem_classes="card model", visible=False) as pictures:
        gr.HTML(views.section(desk.language, texts.accuracy), **base.STILL)
        accuracy, accuracy_table = charts.place("accuracy-chart"), gr.HTML("", **base.STILL)
        gr.HTML(views.section(desk.language, texts.residuals, texts.residuals_note), **base.STILL)
        residuals, residuals_table = charts.place("residuals-chart"), gr.HTML("", **base.STILL)
    judged = [serving, pictures, accuracy, accuracy_table, residuals, residuals_table]
    ended = _operating(page, board)
    with gr.Column(elem_classes="card model"):
        gr.HTML(views.section(desk.language, texts.history), **base.STILL)
        listed = gr.HTML(waiting(desk.language), elem_id="versions", **base.ANNOUNCED)
        older = gr.Button(texts.older, size="sm", visible=False, elem_id="older-versions")
    zone, cursor = gr.Textbox(visible=False), gr.Textbox(visible=False)
    rows: dict[str, Any] = {"inputs": [zone, cursor], "outputs": [listed, cursor, older], **base.DIRECT}
    for trigger in (page.load, ended.change):
        trigger(board.judged, None, judged, show_progress="hidden", **base.DIRECT)
        trigger(board.listed, js=_FIRST, show_progress="hidden", **rows)
    older.click(board.listed, js=_ZONE, show_progress_on=listed, **rows)


def _operating(page: gr.Blocks, board: Board) -> gr.Textbox:
    """The operator's corner; gives the field that changes when a run has ended."""
    texts, language = TEXTS[board.desk.language], board.desk.language
    with gr.Column(elem_classes="card model", visible=False) as corner:
        gr.HTML(views.section(language, texts.operate, texts.retrain_note), **base.STILL)
        train = gr.Button(texts.retrain, variant="primary", elem_id="retrain")
        going = gr.HTML("", elem_id="run", **base.ANNOUNCED)
    back = gr.Button(texts.roll_back, elem_id="roll-back", elem_classes="unseen-button")
    version, reason, name = (gr.Textbox(visible=False) for _ in range(3))
    ended, clock = gr.Textbox(visible="hidden"), gr.Timer(_SECONDS, active=False)
    run_ = [going, name, clock, train, ended]
    quiet: dict[str, Any] = {"show_progress": "hidden", **base.DIRECT}
    page.load(board.admitted, None, corner, **quiet)
    train.click(board.retrained, None, run_, **quiet)
    back.click(board.rolled_back, [version, reason], run_, js="() => window.wanted", **quiet)
    back.click(None, js="() => document.getElementById('run').scrollIntoView({block: 'center'})")
    clock.tick(board.followed, name, run_, **quiet)
    return ended


PAGE = base.Page("modelo", TEXTS, lay_out)
