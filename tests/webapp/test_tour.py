"""The tour in docs is what its script would write: the same words, the same names as on the page, the same pictures."""

import pytest

from tour.steps import STEPS, names
from tour.walking import WALKS
from tour.writing import PAGES, PICTURES, page, pictures
from webapp.texts import LANGUAGES, Language

LARGEST, ALL = 150_000, 3_000_000


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_is_what_the_script_writes(language: Language) -> None:
    assert PAGES[language].read_text(encoding="utf-8") == page(language), "run `make tour`"


def test_the_pictures_are_those_that_the_script_takes_and_are_small() -> None:
    sizes = {file: file.stat().st_size for file in PICTURES.rglob("*") if file.is_file()}
    assert sizes.keys() == set(pictures()), "run `make tour`"
    assert max(sizes.values()) <= LARGEST
    assert sum(sizes.values()) <= ALL


def test_every_step_is_walked() -> None:
    assert list(WALKS) == [step.name for step in STEPS]


def test_both_languages_name_the_same_parts_of_the_page_in_the_same_step() -> None:
    for step in STEPS:
        assert {name for name in names("en") if f"{{{name}}}" in step.text["en"]} == {
            name for name in names("es") if f"{{{name}}}" in step.text["es"]
        }
