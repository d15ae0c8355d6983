"""The markup around every page, and that of failures and waiting."""

from collections.abc import Sequence

from webapp.errors import Failure
from webapp.rendering.templates import render
from webapp.texts import LANGUAGES, Language, failures


def header(language: Language, pages: Sequence[tuple[str, str]], current: str) -> str:
    """Render the bar with the name and the `pages` (path, name); `current` is the path of the page it stands on."""
    other = next(each for each in LANGUAGES if each != language)
    return render("frame/header.html", language, pages=pages, current=current, other=other)


def lead(language: Language, heading: str, text: str) -> str:
    """Render a page's heading and the line under it."""
    return render("frame/lead.html", language, heading=heading, text=text)


def failure_message(language: Language, failed: Failure) -> str:
    """Render what went wrong and what to do about it."""
    texts = failures.TEXTS[language]
    return render("frame/failure.html", language, texts=texts, failed=failed, message=texts.of[failed.kind])


def waiting_message(language: Language) -> str:
    """Render the place of something that loads."""
    return render("frame/waiting.html", language)
