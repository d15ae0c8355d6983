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
    filters: str
    since: str
    until: str
    version: str
    any: str
    apply: str
    clear: str
    filtered: str
    over_time: str
    asked: str
    mean: str
    lowest: str
    highest: str
    day: str
    hour: str
    too_long: str
    download: str
    time: str
    kind_of_day: str
    open: str
    detail: str
    close: str
    identity: str
    date: str
    seen: str
    yes: str
    no: str
    level: str
    ask_again: str
    refresh: str
    newer: str
    older: str
    page: str
    empty: Message
    ask_first: str
    no_match: Message
    no_file: Message
    back: str


TEXTS: Mapping[Language, RegistryTexts] = {
    "es": RegistryTexts(
        name="Registro",
        heading="Registro",
        lead="Todas las predicciones que se han dado, la más reciente primero.",
        filters="Buscar",
        since="Desde",
        until="Hasta",
        version="Versión del modelo",
        any="Cualquiera",
        apply="Filtrar",
        clear="Quitar los filtros",
        filtered="Hay filtros puestos; la dirección de esta página los guarda y puede compartirse.",
        over_time="Lo preguntado y lo respondido",
        asked="Preguntas",
        mean="Ventas esperadas, media",
        lowest="La menor",
        highest="La mayor",
        day="Día (UTC)",
        hour="Hora",
        too_long="El gráfico abarca como mucho 400 días: elija un tiempo más corto para verlo.",
        download="Descargar lo filtrado:",
        time="Hora",
        kind_of_day="Día",
        open="Ver",
        detail="Predicción",
        close="Cerrar",
        identity="Identificador",
        date="Fecha preguntada",
        seen="Visto al entrenar",
        yes="Sí",
        no="No",
        level="Intervalo del {level}",
        ask_again="Volver a preguntar",
        refresh="Actualizar",
        newer="Más recientes",
        older="Más antiguas",
        page="Página {number}",
        empty=Message(
            "Todavía no hay predicciones",
            "Aquí quedará cada predicción que se pida, con su hora y su modelo.",
        ),
        ask_first="Pedir la primera",
        no_match=Message(
            "Ninguna predicción cumple los filtros", "Amplíe el tiempo, o quite los filtros para verlas todas."
        ),
        no_file=Message("No se pudo preparar el archivo", "Vuelva al Registro e inténtelo de nuevo en un momento."),
        back="Volver al Registro",
    ),
    "en": RegistryTexts(
        name="History",
        heading="History",
        lead="Every prediction ever given, newest first.",
        filters="Search",
        since="From",
        until="To",
        version="Model version",
        any="Any",
        apply="Filter",
        clear="Clear the filters",
        filtered="Filters are set; the address of this page keeps them and can be shared.",
        over_time="What was asked and answered",
        asked="Questions",
        mean="Expected sales, mean",
        lowest="Lowest",
        highest="Highest",
        day="Day (UTC)",
        hour="Hour",
        too_long="The chart spans 400 days at most: choose a shorter time to see it.",
        download="Download what is filtered:",
        time="Time",
        kind_of_day="Day",
        open="Open",
        detail="Prediction",
        close="Close",
        identity="Identifier",
        date="Date asked for",
        seen="Seen in training",
        yes="Yes",
        no="No",
        level="{level} interval",
        ask_again="Ask again",
        refresh="Refresh",
        newer="Newer",
        older="Older",
        page="Page {number}",
        empty=Message("No predictions yet", "Every prediction asked for will stand here, with its time and model."),
        ask_first="Ask for the first",
        no_match=Message("No prediction matches the filters", "Widen the time, or clear the filters to see them all."),
        no_file=Message("The file could not be made", "Return to History and try again in a moment."),
        back="Return to History",
    ),
}
