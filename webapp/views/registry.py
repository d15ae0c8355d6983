"""The markup of *Registro*."""

from datetime import tzinfo
from functools import partial
from urllib.parse import urlencode

from webapp.api.history import HistoryPage
from webapp.errors import Failure
from webapp.navigation.filters import Filters
from webapp.navigation.links import question_link
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.registry import TEXTS
from webapp.views.base import failure_message

_ALL = Filters()


def history(language: Language, page: HistoryPage, zone: tzinfo, chosen: Filters = _ALL) -> str:
    """Render one page of the history, or what to do where there is nothing to show."""
    return render(
        "registry/history.html",
        language,
        texts=TEXTS[language],
        items=page.items,
        filtered=bool(chosen),
        moment=partial(formats.format_time, zone=zone, language=language),
        place=formats.decimal_places(zone, language),
        reopened=lambda item: question_link(item.weekday, item.season, item.holiday, item.date),
    )


def form(language: Language, chosen: Filters = _ALL) -> str:
    """Render the filters, filled in as they are chosen."""
    return render("registry/filters.html", language, texts=TEXTS[language], chosen=chosen)


def downloads(language: Language, chosen: Filters, zone_name: str | None) -> str:
    """Render the links to what is filtered, as files."""
    beside = urlencode({"zone": zone_name or "UTC"})
    query = "&".join(filter(None, (chosen.address, beside)))
    return render("registry/downloads.html", language, texts=TEXTS[language], query=query)


def no_chart(language: Language) -> str:
    """Render why there is no chart of a long time."""
    return render("registry/no_chart.html", language, texts=TEXTS[language])


def no_file(language: Language, failed: Failure) -> str:
    """Render a page of its own that says why there is no file."""
    texts = TEXTS[language]
    return render("registry/no_file.html", language, texts=texts, failure=failure_message(language, failed))
