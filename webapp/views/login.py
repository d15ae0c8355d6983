"""The markup of the login page, which stands alone: nothing of Gradio is served before the login."""

from typing import Literal

from webapp.rendering.templates import render
from webapp.texts import LANGUAGES, Language
from webapp.texts.login import TEXTS

LoginFault = Literal["wrong", "too_many", "busy"]


def login_page(language: Language, following: str, name: str = "", fault: LoginFault | None = None) -> str:
    """Render the whole page; `following` is where to go then, `fault` what was wrong with the last try."""
    texts = TEXTS[language]
    other = next(each for each in LANGUAGES if each != language)
    message = {"wrong": texts.wrong, "too_many": texts.too_many, "busy": texts.busy}[fault] if fault else None
    return render(
        "login/page.html", language, texts=texts, following=following, name=name, message=message, other=other
    )
