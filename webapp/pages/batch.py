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

from webapp.api.batch import Source, answer_all, check, rows_in
from webapp.api.client import ApiClient
from webapp.errors import ApiError
from webapp.pages import base
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.batch import TEXTS
from webapp.views import batch as views
from webapp.views.base import waiting

_AT_ONCE = 8
_TELL_SECONDS = 0.2  # a page that is told more often does little else
# Gradio refuses a file that is too large without a word, and one of another kind in English: the first is told here,
# the second by the API.
_CHOOSING = """
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
class Ready:
    """A batch that may be asked for."""

    source: Source
    rows: int


def lay_out(_: gr.Blocks, desk: base.Desk) -> None:
    """Lay the page out and tie it to the API."""
    texts, bind = TEXTS[desk.language], (desk.api, desk.language)
    ready, answers = gr.State(None), gr.State(None)
    with gr.Column(elem_classes="card"):
        gr.HTML(
            views.help_text(desk.language, desk.settings.web_upload_limit),
            elem_classes="batch-help",
            js_on_load=_CHOOSING,
            apply_default_css=False,
        )
        file = gr.File(label=texts.file, height=140, elem_id="batch-file")
        with gr.Accordion(texts.paste, open=False):
            pasted = gr.Textbox(label=texts.pasted, lines=6, max_lines=12, elem_id="batch-paste")
            look = gr.Button(texts.look, size="sm", elem_id="batch-look")
    with gr.Column(elem_classes="card", visible=False) as result:
        preview = gr.HTML("", elem_id="batch-preview", **base.ANNOUNCED)
        with gr.Row(elem_classes="batch-buttons"):
            ask = gr.Button(texts.ask, variant="primary", elem_id="batch-ask")
            cancel = gr.Button(texts.cancel, visible=False, elem_id="batch-cancel")
        progress = gr.HTML("", elem_id="batch-progress", **base.STILL)
        download = gr.DownloadButton(texts.download, visible=False, elem_id="batch-download")
    shown = [result, preview, ready, ask, progress, download]
    for trigger, handler, given in (
        (file.upload, uploaded, file),
        (look.click, typed, pasted),
    ):
        trigger(partial(_looking, desk.language), None, shown, **base.DIRECT).then(
            partial(handler, *bind), given, shown, show_progress="hidden", **base.DIRECT
        )
    file.clear(partial(gr.update, visible=False), None, result, **base.DIRECT)
    running = [progress, download, ask, cancel, answers]
    run = ask.click(
        partial(ran, *bind, download.GRADIO_CACHE),
        ready,
        running,
        show_progress="hidden",
        api_visibility="private",
        concurrency_limit=_AT_ONCE,
    )
    stop = partial(cancelled, desk.language)
    cancel.click(None, cancels=[run]).then(stop, answers, running, show_progress="hidden", **base.DIRECT)


def uploaded(api: ApiClient, language: Language, file: str | None) -> tuple[Any, ...]:
    """Have a file that was sent looked at, and show what was found."""
    return _looked(api, language, Path(file) if file else "")


def typed(api: ApiClient, language: Language, rows: str) -> tuple[Any, ...]:
    """Have pasted rows looked at, and show what was found."""
    return _looked(api, language, rows.strip())


def _looked(api: ApiClient, language: Language, source: Source) -> tuple[Any, ...]:
    texts = TEXTS[language]
    if not source:
        return _shown(language, views.says(language, texts.empty, "warning"))
    try:
        if isinstance(source, Path) and not source.stat().st_size:
            return _shown(language, views.says(language, texts.empty_file, "warning"))
        found = check(api, source)
    except FileNotFoundError:
        return _shown(language, views.says(language, texts.gone, "warning"))
    except ApiError as error:
        return _shown(language, views.refused(language, error.failure))
    if not found.rows:
        return _shown(language, views.says(language, texts.no_rows, "warning"))
    return _shown(language, views.preview(language, found), None if found.bad_rows else Ready(source, found.rows))


def _looking(language: Language) -> tuple[Any, ...]:
    return _shown(language, waiting(language))


def _shown(language: Language, markup: str, ready: Ready | None = None) -> tuple[Any, ...]:
    texts = TEXTS[language]
    label = texts.ask_many.format(rows=formats.units(ready.rows, language)) if ready else texts.ask
    ask = gr.update(value=label, interactive=ready is not None, visible=ready is not None)
    return gr.update(visible=True), markup, ready, ask, "", gr.update(visible=False)


def ran(api: ApiClient, language: Language, folder: str, ready: Ready | None) -> Iterator[tuple[Any, ...]]:
    """Ask for every row, and say how far it is as the answers come; they gather in a file under `folder`."""
    if ready is None:
        yield _ended(views.says(language, TEXTS[language].empty, "warning"), None)
        return
    if isinstance(ready.source, Path) and not ready.source.exists():  # Gradio deletes an upload after an hour
        yield _ended(views.says(language, TEXTS[language].gone, "warning"), None)
        return
    answers = Path(folder) / token_hex(8) / TEXTS[language].result_name
    answers.parent.mkdir(parents=True)
    answers.touch()
    # given to the button at once: Gradio deletes only what it knows, also where nobody waits for the end
    yield _running(views.progress(language, 0, ready.rows), answers, gr.update(value=str(answers), visible=False))
    try:
        # closed, so that the API stops where the reader does
        with closing(answer_all(api, ready.source, answers)) as coming:
            told = monotonic()
            for done in coming:
                if monotonic() - told < _TELL_SECONDS:
                    continue
                told = monotonic()
                yield _running(views.progress(language, done, ready.rows), answers)
    except FileNotFoundError:  # the upload, deleted since
        yield _ended(views.says(language, TEXTS[language].gone, "warning"), None)
        return
    except ApiError as error:
        done = rows_in(answers)
        broken = views.stopped(language, TEXTS[language].broken, done)
        said = broken + views.refused(language, error.failure) if done else views.refused(language, error.failure)
        yield _ended(said, answers if done else None)
        return
    yield _ended(views.finished(language, ready.rows), answers)


def cancelled(language: Language, answers: Path | None) -> tuple[Any, ...]:
    """Say what was stored of a batch that the reader stopped."""
    done = rows_in(answers) if answers and answers.exists() else 0
    return _ended(views.stopped(language, TEXTS[language].cancelled, done), answers if done else None)


def _running(markup: str, answers: Path, download: Any = None) -> tuple[Any, ...]:
    return markup, download or gr.skip(), gr.update(visible=False), gr.update(visible=True), answers


def _ended(markup: str, answers: Path | None) -> tuple[Any, ...]:
    download = gr.update(value=str(answers), visible=True) if answers else gr.update(visible=False)
    return markup, download, gr.update(visible=True), gr.update(visible=False), None


PAGE = base.Page("lote", TEXTS, lay_out)
