"""Turns the steps into the pages docs/tour.md and docs/tour.es.md, and says where their pictures are. Pure."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from tour.steps import STEPS, Step, names
from webapp.texts import LANGUAGES, Language

DOCS = Path(__file__).parents[1] / "docs"
PICTURES = DOCS / "img" / "tour"
PAGES: Mapping[Language, Path] = {"en": DOCS / "tour.md", "es": DOCS / "tour.es.md"}
_HEADS: Mapping[Language, str] = {
    "en": "# A tour\n\nThe system as a new user meets it, from nothing to a model taken back. "
    "*En español: [tour.es.md](tour.es.md).*\n\n"
    "`make tour` walks it on a stack of its own, takes these pictures and writes this page.\n",
    "es": "# Un recorrido\n\nEl sistema como lo encuentra quien llega, de cero a un modelo repuesto. "
    "*In English: [tour.md](tour.md).*\n\n"
    "`make tour` lo recorre en una instalación aparte, toma estas imágenes y escribe esta página.\n",
}


def picture(step: Step, language: Language) -> Path:
    """Where a step's picture is kept."""
    return PICTURES / f"{step.name}.png" if step.shared else PICTURES / language / f"{step.name}.png"


def pictures() -> Iterator[Path]:
    """Every picture of both pages, each once."""
    yield from {picture(step, language): None for step in STEPS for language in LANGUAGES}


def page(language: Language) -> str:
    """The whole page in one language."""
    return "\n".join([_HEADS[language], *(_section(number, step, language) for number, step in enumerate(STEPS, 1))])


def _section(number: int, step: Step, language: Language) -> str:
    title, link = step.title[language], picture(step, language).relative_to(DOCS).as_posix()
    text = step.text[language].format(**names(language))
    return f"## {number}. {title}\n\n{text}\n\n![{title}]({link})\n"
