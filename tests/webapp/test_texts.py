"""Both languages say the same things."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import pytest

from webapp.failures import FailureKind
from webapp.texts import Texts
from webapp.texts.en import EN
from webapp.texts.es import ES


def said(texts: Texts) -> dict[str, str]:
    """Every sentence by its path."""
    return dict(_leaves("", asdict(texts)))


def _leaves(path: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _leaves(f"{path}.{key}", inner)
    else:
        yield path, value


def test_the_same_things_are_said_in_both() -> None:
    assert said(ES).keys() == said(EN).keys()


@pytest.mark.parametrize("texts", [ES, EN], ids=["es", "en"])
def test_nothing_is_left_unsaid(texts: Texts) -> None:
    assert [path for path, text in said(texts).items() if not text.strip()] == []


@pytest.mark.parametrize("pattern", [r"\{\w+\}", r"`[^`]+`"], ids=["figures", "commands"])
def test_both_carry_the_same_figures_and_commands(pattern: str) -> None:
    spanish, english = said(ES), said(EN)
    assert [p for p in spanish if set(re.findall(pattern, spanish[p])) != set(re.findall(pattern, english[p]))] == []


@pytest.mark.parametrize("texts", [ES, EN], ids=["es", "en"])
def test_every_failure_has_its_cure(texts: Texts) -> None:
    assert set(texts.failures) == set(FailureKind)


@pytest.mark.parametrize("texts", [ES, EN], ids=["es", "en"])
def test_without_a_model_the_cure_is_to_wait_or_to_train(texts: Texts) -> None:
    assert "`make retrain`" in texts.failures[FailureKind.NO_MODEL].cure
