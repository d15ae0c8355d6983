"""What a page is, and what every page has around its content. Knows Gradio and nothing of single pages."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import gradio as gr
from gradio.components import Navbar

from webapp.api.client import ApiClient
from webapp.settings import Settings
from webapp.texts import Language, PageTexts
from webapp.views import base as views

PLAIN_HTML: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}

# Screen readers read what changes in a region marked so, without being led there.
LIVE_REGION: dict[str, Any] = PLAIN_HTML | {"js_on_load": "element.setAttribute('aria-live', 'polite')"}

# Direct calls answer in one round trip, and run side by side; the queue would add two and run one at a time.
UNQUEUED: dict[str, Any] = {"queue": False, "api_visibility": "private"}


@dataclass(frozen=True)
class PageContext:
    """What a page is laid out with: the way to the API, the settings, and the language of its reader."""

    api: ApiClient
    settings: Settings
    language: Language


@dataclass(frozen=True)
class Page:
    """A page: its path ("" is home), what it says of itself, and what lays its content out inside the open Blocks."""

    path: str
    texts: PageTexts
    lay_out: Callable[[gr.Blocks, PageContext], None]


def add_frame(page: Page, pages: Sequence[Page], language: Language) -> None:
    """Put the bar with all `pages` and the other language on top of a page, and its heading."""
    Navbar(main_page_name=False)  # Gradio's own bar stays empty: it knows no language and marks no current page
    named = [(each.path, each.texts[language].name) for each in pages]
    gr.HTML(views.header(language, named, page.path), elem_classes="frame", **PLAIN_HTML)
    texts = page.texts[language]
    gr.HTML(views.lead(language, texts.heading, texts.lead), elem_classes="lead", **PLAIN_HTML)
