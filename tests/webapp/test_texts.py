"""Both languages say the same things, in every module of texts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

import pytest

from webapp import texts
from webapp.errors import FailureKind
from webapp.pages.site import PAGES
from webapp.texts import LANGUAGES, Language, failures

MODULES = [module.name for module in iter_modules(texts.__path__)]


def said(language: Language) -> dict[str, str]:
    """Every sentence by its path."""
    modules = {name: import_module(f"webapp.texts.{name}").TEXTS[language] for name in MODULES}
    return {path: text for name, words in modules.items() for path, text in _leaves(name, asdict(words))}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    elif isinstance(value, list | tuple):
        for number, inner in enumerate(value):
            yield from _leaves(f"{path}.{number}", inner)
    else:
        yield path, value


def test_there_are_texts_and_pages_that_say_them() -> None:
    assert {"days", "failures", "frame"} <= set(MODULES)
    assert PAGES[0].path == ""


def test_the_same_things_are_said_in_both() -> None:
    assert said("es").keys() == said("en").keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_left_unsaid(language: Language) -> None:
    silent = [path for path, text in said(language).items() if not text.strip()]
    assert [path for path in silent if not path.endswith(".lead")] == []  # a page may do without a line under it


@pytest.mark.parametrize("pattern", [r"\{\w+\}", r"`[^`]+`"], ids=["figures", "commands"])
def test_both_carry_the_same_figures_and_commands(pattern: str) -> None:
    spanish, english = said("es"), said("en")
    assert [p for p in spanish if set(re.findall(pattern, spanish[p])) != set(re.findall(pattern, english[p]))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_failure_has_its_cure(language: Language) -> None:
    assert set(failures.TEXTS[language].of) == set(FailureKind)


@pytest.mark.parametrize("language", LANGUAGES)
def test_without_a_model_the_cure_is_to_wait_or_to_train(language: Language) -> None:
    assert "`make retrain`" in failures.TEXTS[language].of[FailureKind.NO_MODEL].cure
