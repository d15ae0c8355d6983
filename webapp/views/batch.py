"""The markup of *Lote*."""

from urllib.parse import quote

from webapp.api.batch import BatchCheck, RowFault
from webapp.errors import Failure, FailureKind, FieldFault
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language, Message, failures
from webapp.texts.batch import TEXTS
from webapp.views.base import failure_message

EXAMPLE_ROWS = {"es": "Fecha\n2026-12-24\n2026-12-25\n", "en": "Date\n2026-12-24\n2026-12-25\n"}
PAYLOAD_TOO_LARGE = 413


def help_text(language: Language, largest: int) -> str:
    """Render what a file must look like, an example of one, and, hidden, what to do with more than `largest` bytes."""
    example = quote(EXAMPLE_ROWS[language])
    return render("batch/help.html", language, texts=TEXTS[language], example=example, largest=largest)


def preview(language: Language, checked: BatchCheck) -> str:
    """Render how a batch is understood and what is wrong with which row."""
    return render(
        "batch/preview.html",
        language,
        texts=TEXTS[language],
        checked=checked,
        columns=list(dict.fromkeys(name for row in checked.sample for name in row.sent)),
        fields=failures.TEXTS[language].fields,
        whole=lambda count: formats.format_units(count, language),
        why=lambda fault: fault_reason(language, fault),
    )


def fault_reason(language: Language, fault: RowFault | FieldFault) -> str:
    """Say why something will not do in the reader's language; in the API's words where its code is not known."""
    texts = TEXTS[language]
    why = texts.reasons.get(fault.code or "", fault.message)
    return why.format(allowed=texts.allowed.get(fault.field, fault.message)) if why != fault.message else why


def refusal_message(language: Language, failed: Failure) -> str:
    """Render why nothing of a file could be looked at."""
    texts = TEXTS[language]
    if failed.status == PAYLOAD_TOO_LARGE:
        return message(language, texts.too_large, "failure")
    if failed.kind is FailureKind.BAD_INPUT and failed.faults:
        reasons = [fault_reason(language, fault) for fault in failed.faults]
        return render("batch/refused.html", language, message=texts.not_taken, reasons=reasons)
    return failure_message(language, failed)


def message(language: Language, message: Message, kind: str) -> str:
    """Render a message: a `warning`, a `failure`, or `done`."""
    return render("batch/message.html", language, message=message, kind=kind)


def progress(language: Language, done: int, rows: int) -> str:
    """Render how far a batch is."""
    texts = TEXTS[language]
    figures = {"done": formats.format_units(done, language), "rows": formats.format_units(rows, language)}
    text = texts.progress.format(**figures) if done else texts.starting
    return render("batch/progress.html", language, done=done, rows=rows, text=text)


def finished_message(language: Language, rows: int) -> str:
    """Render that every row was answered."""
    done = TEXTS[language].done
    return message(language, Message(done.title.format(rows=formats.format_units(rows, language)), done.cure), "done")


def stopped_message(language: Language, why: Message, done: int) -> str:
    """Render that a batch ended before its end, and what was stored of it."""
    figures = {"done": formats.format_units(done, language), "next": formats.format_units(done + 1, language)}
    cure = why.cure.format(**figures) if done else TEXTS[language].none_stored
    return message(language, Message(why.title, cure), "warning")
