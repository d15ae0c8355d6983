"""What stands around every page: the bar, the switches, waiting."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class FrameTexts:
    """The frame in one language."""

    to_other_language: str
    navigation: str
    skip_to_content: str
    loading: str
    as_table: str


TEXTS: Mapping[Language, FrameTexts] = {
    "es": FrameTexts(
        to_other_language="English",
        navigation="Páginas",
        skip_to_content="Ir al contenido",
        loading="Cargando…",
        as_table="Ver como tabla",
    ),
    "en": FrameTexts(
        to_other_language="Español",
        navigation="Pages",
        skip_to_content="Skip to content",
        loading="Loading…",
        as_table="Show as a table",
    ),
}
