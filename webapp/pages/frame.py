"""What every page has around its content. Knows Gradio and nothing of the API."""

from typing import Any

import gradio as gr
from gradio.components import Navbar

from webapp import views
from webapp.texts import Texts

STILL: dict[str, Any] = {"js_on_load": None, "apply_default_css": False}

# Screen readers read what changes in a region marked so, without being led there.
ANNOUNCED: dict[str, Any] = STILL | {"js_on_load": "element.setAttribute('aria-live', 'polite')"}

# Direct calls answer in one round trip, and run side by side; the queue would add two and run one at a time.
DIRECT: dict[str, Any] = {"queue": False, "api_visibility": "private"}


def header(texts: Texts, current: str) -> None:
    """Put the bar with the name, the pages and the other language on top."""
    Navbar(main_page_name=False)  # Gradio's own bar stays empty: it knows no language and marks no current page
    gr.HTML(views.header(texts, current), elem_classes="frame", **STILL)


def lead(heading: str, text: str = "") -> None:
    """Put the page's heading, where the skip link leads, and a line under it."""
    gr.HTML(views.lead(heading, text), elem_classes="lead", **STILL)
