"""What *Registro* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class RegistryTexts:
    """The page in one language."""

    name: str
    heading: str
    lead: str
    time: str
    kind_of_day: str
    refresh: str
    newer: str
    older: str
    page: str
    empty: Message
    ask_first: str


TEXTS: Mapping[Language, RegistryTexts] = {
    "es": RegistryTexts(
        name="Registro",
        heading="Registro",
        lead="Todas las predicciones que se han dado, la más reciente primero.",
        time="Hora",
        kind_of_day="Día",
        refresh="Actualizar",
        newer="Más recientes",
        older="Más antiguas",
        page="Página {number}",
        empty=Message(
            "Todavía no hay predicciones",
            "Aquí quedará cada predicción que se pida, con su hora y su modelo.",
        ),
        ask_first="Pedir la primera",
    ),
    "en": RegistryTexts(
        name="History",
        heading="History",
        lead="Every prediction ever given, newest first.",
        time="Time",
        kind_of_day="Day",
        refresh="Refresh",
        newer="Newer",
        older="Older",
        page="Page {number}",
        empty=Message("No predictions yet", "Every prediction asked for will stand here, with its time and model."),
        ask_first="Ask for the first",
    ),
}
