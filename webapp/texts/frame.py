"""What stands around every page: the bar, the switches, waiting."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class FrameTexts:
    """The frame in one language."""

    to_other_language: str
    navigation: str
    skip_to_content: str
    loading: str
    as_table: str
    dark: str
    log_in: str
    log_out: str
    expired: Message


TEXTS: Mapping[Language, FrameTexts] = {
    "es": FrameTexts(
        to_other_language="English",
        navigation="Páginas",
        skip_to_content="Ir al contenido",
        loading="Cargando…",
        as_table="Ver como tabla",
        dark="Modo oscuro",
        log_in="Entrar de nuevo",
        log_out="Salir",
        expired=Message("Su sesión terminó", "Entre de nuevo para seguir; volverá a esta misma página."),
    ),
    "en": FrameTexts(
        to_other_language="Español",
        navigation="Pages",
        skip_to_content="Skip to content",
        loading="Loading…",
        as_table="Show as a table",
        dark="Dark mode",
        log_in="Log in again",
        log_out="Log out",
        expired=Message("Your session has ended", "Log in again to go on; you will come back to this very page."),
    ),
}
