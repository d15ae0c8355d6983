"""*Lote*: a file in, how it is understood, the answers out; the API reads and judges, the page shows."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from secrets import token_hex
from time import monotonic
from typing import Any

import gradio as gr

from webapp.api.batch import Source, check_batch, count_rows, predict_batch
from webapp.api.client import ApiClient
from webapp.errors import ApiError
from webapp.pages import base
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.batch import TEXTS
from webapp.views import batch as views
from webapp.views.base import waiting_message

MAX_CONCURRENT_BATCHES = 8
PROGRESS_INTERVAL_SECONDS = 0.2  # a page that is told more often does little else
# Gradio refuses a file that is too large without a word, and one of another kind in English: the first is told here,
# the second by the API.
CHECK_FILE_JS = """
element.setAttribute('aria-live', 'polite');
const told = element.querySelector('[data-largest]');
const chosen = (event) => {
  if (!event.target.closest?.('#batch-file')) return;
  const files = event.dataTransfer?.files ?? event.target.files;
  told.hidden = !(files?.[0]?.size > told.dataset.largest);
  if (told.hidden) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (event.type === 'change') event.target.value = '';
};
for (const kind of ['change', 'drop']) document.addEventListener(kind, chosen, true);
document.addEventListener('click', ({ target }) => {
  const field = target.closest?.('#batch-file')?.querySelector('input[type=file]');
  if (field) field.accept = '.csv,.tsv,.txt';
}, true);
"""


@dataclass(frozen=True)
class CheckedBatch:
    """A batch that may be asked for."""

    source: Source
    rows: int


def lay_out(_: gr.Blocks, desk: base.PageContext) -> None:
    """Lay the page out and tie it to the API."""
    texts, bind = TEXTS[desk.language], (desk.api, desk.language)
    ready, answers = gr.State(None), gr.State(None)
    with gr.Column(elem_classes="card"):
        gr.HTML(
            views.help_text(desk.language, desk.settings.web_upload_limit),
            elem_classes="batch-help",
            js_on_load=CHECK_FILE_JS,
            apply_default_css=False,
        )
        file = gr.File(label=texts.file, height=140, elem_id="batch-file")
        with gr.Accordion(texts.paste, open=False):
            pasted = gr.Textbox(label=texts.pasted, lines=6, max_lines=12, elem_id="batch-paste")
            look = gr.Button(texts.look, size="sm", elem_id="batch-look")
    with gr.Column(elem_classes="card", visible=False) as result:
        preview = gr.HTML("", elem_id="batch-preview", **base.LIVE_REGION)
        with gr.Row(elem_classes="batch-buttons"):
            ask = gr.Button(texts.ask, variant="primary", elem_id="batch-ask")
            cancel = gr.Button(texts.cancel, visible=False, elem_id="batch-cancel")
        progress = gr.HTML("", elem_id="batch-progress", **base.PLAIN_HTML)
        download = gr.DownloadButton(texts.download, visible=False, elem_id="batch-download")
    shown = [result, preview, ready, ask, progress, download]
    for trigger, handler, given in (
        (file.upload, check_upload, file),
        (look.click, check_pasted, pasted),
    ):
        trigger(partial(_show_waiting, desk.language), None, shown, **base.UNQUEUED).then(
            partial(handler, *bind), given, shown, show_progress="hidden", **base.UNQUEUED
        )
    file.clear(partial(gr.update, visible=False), None, result, **base.UNQUEUED)
    running = [progress, download, ask, cancel, answers]
    run = ask.click(
        partial(run_batch, *bind, download.GRADIO_CACHE),
        ready,
        running,
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=MAX_CONCURRENT_BATCHES,
    )
    stop = partial(cancel_batch, desk.language)
    cancel.click(None, cancels=[run]).then(stop, answers, running, show_progress="hidden", **base.UNQUEUED)


def check_upload(api: ApiClient, language: Language, file: str | None) -> tuple[Any, ...]:
    """Have a file that was sent looked at, and show what was found."""
    return _check(api, language, Path(file) if file else "")


def check_pasted(api: ApiClient, language: Language, rows: str) -> tuple[Any, ...]:
    """Have pasted rows looked at, and show what was found."""
    return _check(api, language, rows.strip())


def _check(api: ApiClient, language: Language, source: Source) -> tuple[Any, ...]:
    texts = TEXTS[language]
    if not source:
        return _preview_updates(language, views.message(language, texts.empty, "warning"))
    try:
        if isinstance(source, Path) and not source.stat().st_size:
            return _preview_updates(language, views.message(language, texts.empty_file, "warning"))
        found = check_batch(api, source)
    except FileNotFoundError:
        return _preview_updates(language, views.message(language, texts.gone, "warning"))
    except ApiError as error:
        return _preview_updates(language, views.refusal_message(language, error.failure))
    if not found.rows:
        return _preview_updates(language, views.message(language, texts.no_rows, "warning"))
    return _preview_updates(
        language, views.preview(language, found), None if found.bad_rows else CheckedBatch(source, found.rows)
    )


def _show_waiting(language: Language) -> tuple[Any, ...]:
    return _preview_updates(language, waiting_message(language))


def _preview_updates(language: Language, markup: str, ready: CheckedBatch | None = None) -> tuple[Any, ...]:
    texts = TEXTS[language]
    label = texts.ask_many.format(rows=formats.format_units(ready.rows, language)) if ready else texts.ask
    ask = gr.update(value=label, interactive=ready is not None, visible=ready is not None)
    return gr.update(visible=True), markup, ready, ask, "", gr.update(visible=False)


def run_batch(api: ApiClient, language: Language, folder: str, ready: CheckedBatch | None) -> Iterator[tuple[Any, ...]]:
    """Ask for every row, and say how far it is as the answers come; they gather in a file under `folder`."""
    if ready is None:
        yield _ended_updates(views.message(language, TEXTS[language].empty, "warning"), None)
        return
    if isinstance(ready.source, Path) and not ready.source.exists():  # Gradio deletes an upload after an hour
        yield _ended_updates(views.message(language, TEXTS[language].gone, "warning"), None)
        return
    answers = Path(folder) / token_hex(8) / TEXTS[language].result_name
    answers.parent.mkdir(parents=True)
    answers.touch()
    # given to the button at once: Gradio deletes only what it knows, also where nobody waits for the end
    yield _running_updates(
        views.progress(language, 0, ready.rows), answers, gr.update(value=str(answers), visible=False)
    )
    try:
        # closed, so that the API stops where the reader does
        with closing(predict_batch(api, ready.source, answers)) as coming:
            told = monotonic()
            for done in coming:
                if monotonic() - told < PROGRESS_INTERVAL_SECONDS:
                    continue
                told = monotonic()
                yield _running_updates(views.progress(language, done, ready.rows), answers)
    except FileNotFoundError:  # the upload, deleted since
        yield _ended_updates(views.message(language, TEXTS[language].gone, "warning"), None)
        return
    except ApiError as error:
        done = count_rows(answers)
        broken = views.stopped_message(language, TEXTS[language].broken, done)
        said = (
            broken + views.refusal_message(language, error.failure)
            if done
            else views.refusal_message(language, error.failure)
        )
        yield _ended_updates(said, answers if done else None)
        return
    yield _ended_updates(views.finished_message(language, ready.rows), answers)


def cancel_batch(language: Language, answers: Path | None) -> tuple[Any, ...]:
    """Say what was stored of a batch that the reader stopped."""
    done = count_rows(answers) if answers and answers.exists() else 0
    return _ended_updates(views.stopped_message(language, TEXTS[language].cancelled, done), answers if done else None)


def _running_updates(markup: str, answers: Path, download: Any = None) -> tuple[Any, ...]:
    return markup, download or gr.skip(), gr.update(visible=False), gr.update(visible=True), answers


def _ended_updates(markup: str, answers: Path | None) -> tuple[Any, ...]:
    download = gr.update(value=str(answers), visible=True) if answers else gr.update(visible=False)
    return markup, download, gr.update(visible=True), gr.update(visible=False), None


PAGE = base.Page("lote", TEXTS, lay_out)
