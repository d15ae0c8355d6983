"""The words for kinds of days, the same on every page. Names of weekdays come from Babel (`formats`)."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class DayTexts:
    """A kind of day, and what the API says of it, in one language."""

    date: str
    weekday: str
    season: str
    seasons: Mapping[int, str]
    holiday: str
    holidays: Mapping[int, str]
    units: str
    expected: str
    range: str
    model: str
    unseen_mark: str


TEXTS: Mapping[Language, DayTexts] = {
    "es": DayTexts(
        date="Fecha",
        weekday="Día de la semana",
        season="Estación",
        seasons={4: "Primavera", 1: "Verano", 2: "Otoño", 3: "Invierno"},
        holiday="Feriado",
        holidays={0: "No", 1: "Sí"},
        units="unidades",
        expected="Ventas esperadas",
        range="Intervalo",
        model="Modelo",
        unseen_mark="día no visto al entrenar",
    ),
    "en": DayTexts(
        date="Date",
        weekday="Day of the week",
        season="Season",
        seasons={4: "Spring", 1: "Summer", 2: "Autumn", 3: "Winter"},
        holiday="Public holiday",
        holidays={0: "No", 1: "Yes"},
        units="units",
        expected="Expected sales",
        range="Interval",
        model="Model",
        unseen_mark="no such day in training",
    ),
}
