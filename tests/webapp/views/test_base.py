"""What readers see around every page, and of every failure; nothing the API says becomes markup."""

import pytest

from webapp.errors import Failure, FailureKind, FieldFault
from webapp.pages.site import PAGES
from webapp.texts import LANGUAGES, Language
from webapp.texts.failures import TEXTS
from webapp.views import base as views

HOSTILE = "<img src=x onerror=alert(1)>"
NAMES = [(page.path, page.texts["es"].name) for page in PAGES]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", FailureKind)
def test_every_failure_is_rendered_with_its_cure(language: Language, kind: FailureKind) -> None:
    markup = views.failure_message(language, Failure(kind, 418))
    message = TEXTS[language].of[kind]
    commands = message.cure.split("`")[1::2]
    assert message.title in markup
    assert [command for command in commands if f"<code>{command}</code>" not in markup] == []
    assert "418" in markup


def test_a_failure_names_the_fields_and_the_row_in_the_readers_words() -> None:
    faults = (FieldFault("Season", "must be 1 to 4", 12), FieldFault("Colour", "is not known"))
    markup = views.failure_message("es", Failure(FailureKind.BAD_INPUT, 400, faults))
    assert "<b>Fila 12, Estación</b>: must be 1 to 4" in markup
    assert "<b>Colour</b>: is not known" in markup


@pytest.mark.parametrize(("language", "words"), [("es", "dentro de 17 s"), ("en", "again in 17 s")])
def test_too_many_questions_are_told_how_long_to_wait(language: Language, words: str) -> None:
    assert words in views.failure_message(language, Failure(FailureKind.TOO_MANY, 429, wait=17))
    assert words not in views.failure_message(language, Failure(FailureKind.UNAVAILABLE, 503, wait=17))


def test_nothing_the_api_says_becomes_markup() -> None:
    shown = views.failure_message("en", Failure(FailureKind.BAD_INPUT, 400, (FieldFault(HOSTILE, HOSTILE),)))
    assert HOSTILE not in shown
    assert shown.count("&lt;img") == 2


@pytest.mark.parametrize(("current", "name"), NAMES)
def test_the_bar_marks_the_page_one_is_on(current: str, name: str) -> None:
    markup = views.header("es", NAMES, current)
    assert f'<a href="./{current}" aria-current="page">{name}</a>' in markup
    assert markup.count("aria-current") == 1
