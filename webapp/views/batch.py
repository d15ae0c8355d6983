"""The markup of *Lote*."""

from urllib.parse import quote

from webapp.api.batch import BatchCheck, RowFault
from webapp.errors import Failure, FailureKind, FieldFault
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language, Message, failures
from webapp.texts.batch import TEXTS
from webapp.views.base import failure

_EXAMPLE = {"es": "Fecha\n2026-12-24\n2026-12-25\n", "en": "Date\n2026-12-24\n2026-12-25\n"}
_TOO_LARGE = 413


def help_text(language: Language, largest: int) -> str:
    """Render what a file must look like, an example of one, and, hidden, what to do with more than `largest` bytes."""
    example = quote(_EXAMPLE[language])
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
        whole=lambda count: formats.units(count, language),
        why=lambda fault: reason(language, fault),
    )


def reason(language: Language, fault: RowFault | FieldFault) -> str:
    """Say why something will not do in the reader's language; in the API's words where its code is not known."""
    texts = TEXTS[language]
    why = texts.reasons.get(fault.code or "", fault.message)
    return why.format(allowed=texts.allowed.get(fault.field, fault.message)) if why != fault.message else why


def refused(language: Language, failed: Failure) -> str:
    """Render why nothing of a file could be looked at."""
    texts = TEXTS[language]
    if failed.status == _TOO_LARGE:
        return says(language, texts.too_large, "failure")
    if failed.kind is FailureKind.BAD_INPUT and failed.faults:
        reasons = [reason(language, fault) for fault in failed.faults]
        return render("batch/refused.html", language, message=texts.not_taken, reasons=reasons)
    return failure(language, failed)


def says(language: Language, message: Message, kind: str) -> str:
    """Render a message: a `warning`, a `failure`, or `done`."""
    return render("batch/message.html", language, message=message, kind=kind)


def progress(language: Language, done: int, rows: int) -> str:
    """Render how far a batch is."""
    texts = TEXTS[language]
    figures = {"done": formats.units(done, language), "rows": formats.units(rows, language)}
    text = texts.progress.format(**figures) if done else texts.starting
    return render("batch/progress.html", language, done=done, rows=rows, text=text)


def finished(language: Language, rows: int) -> str:
    """Render that every row was answered."""
    done = TEXTS[language].done
    return says(language, Message(done.title.format(rows=formats.units(rows, language)), done.cure), "done")


def stopped(language: Language, why: Message, done: int) -> str:
    """Render that a batch ended before its end, and what was stored of it."""
    figures = {"done": formats.units(done, language), "next": formats.units(done + 1, language)}
    cure = why.cure.format(**figures) if done else TEXTS[language].none_stored
    return says(language, Message(why.title, cure), "warning")
