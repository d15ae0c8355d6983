"""The markup of *Registro*."""

from datetime import tzinfo
from functools import partial

from webapp import formats
from webapp.api.history import HistoryPage
from webapp.markup import render
from webapp.texts import Language
from webapp.texts.registry import TEXTS


def history(language: Language, page: HistoryPage, zone: tzinfo) -> str:
    """Render one page of the history, or what to do while there is none."""
    moment = partial(formats.moment, zone=zone, language=language)
    place = formats.place(zone, language)
    return render(
        "registry/history.html", language, texts=TEXTS[language], items=page.items, moment=moment, place=place
    )
