"""What the page says, one module each topic with `TEXTS`: the same words in each language. Knows no HTML, no number."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol

Language = Literal["es", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "en")


@dataclass(frozen=True)
class Message:
    """What happened, in a few words, and what to do about it. Words between backticks are commands."""

    title: str
    cure: str


class PageTitles(Protocol):
    """What every page says of itself: its name in the navigation, its heading, and a line under it (or "")."""

    @property
    def name(self) -> str: ...
    @property
    def heading(self) -> str: ...
    @property
    def lead(self) -> str: ...


PageTexts = Mapping[Language, PageTitles]
