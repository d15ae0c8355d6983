"""What *Pronóstico* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class ForecastTexts:
    """The page in one language."""

    name: str
    heading: str
    lead: str
    start: str
    days: str
    bad_start: Message
    no_days: Message
    chart: str
    legend: str
    said_today: str
    hover: str
    calendar: str
    calendar_hint: str
    fewest: str
    most: str
    table: str
    notes: str
    download: str
    file_name: str
    what_if: str
    what_if_lead: str
    hint: str
    cell: str
    unseen: str
    holiday_table: str
    by_date: Message


TEXTS: Mapping[Language, ForecastTexts] = {
    "es": ForecastTexts(
        name="Pronóstico",
        heading="¿Qué ventas vienen?",
        lead="Los próximos días según el modelo, y qué pasaría si el día fuera otro.",
        start="Desde",
        days="Cuántos días",
        bad_start=Message("Falta la fecha", "Elija desde qué día quiere ver el pronóstico."),
        no_days=Message("No hay días que mostrar", "El calendario termina antes: elija una fecha anterior."),
        chart="Los próximos {count} días",
        legend="Línea: ventas esperadas. Banda: el {level} de los días cae dentro. Punto naranja: feriado. "
        "Punto hueco: día no visto al entrenar.",
        said_today="Es lo que la versión {version} del modelo dice hoy; no se guarda en el Registro.",
        hover="{day}: {expected} unidades, entre {lower} y {upper}",
        calendar="Calendario",
        calendar_hint="Ventas esperadas de cada día; con borde naranja, los feriados.",
        fewest="Menos: {units}",
        most="Más: {units}",
        table="Día por día",
        notes="Notas",
        download="Descargar como CSV",
        file_name="pronostico",
        what_if="¿Y si…?",
        what_if_lead="Todas las combinaciones de día, estación y feriado. Rayadas, las que el modelo no vio al "
        "entrenar: tómelas como una orientación.",
        hint="Pase por una casilla para leerla.",
        cell="{weekday}, {season}: {expected} unidades, entre {lower} y {upper}",
        unseen="el modelo no vio ningún día así",
        holiday_table="Ventas esperadas por día de la semana y estación. Feriado: {holiday}",
        by_date=Message(
            "Este modelo responde por fecha",
            "Se entrenó con fechas, y un mismo tipo de día vende distinto según cuándo cae: no hay una cifra por "
            "combinación. Mire las fechas en el calendario de arriba.",
        ),
    ),
    "en": ForecastTexts(
        name="Forecast",
        heading="What sales are coming?",
        lead="The next days according to the model, and what if the day were another.",
        start="From",
        days="How many days",
        bad_start=Message("The date is missing", "Choose from which day on you want to see the forecast."),
        no_days=Message("There are no days to show", "The calendar ends before: choose an earlier date."),
        chart="The next {count} days",
        legend="Line: expected sales. Band: {level} of days fall inside. Orange point: public holiday. "
        "Hollow point: no such day in training.",
        said_today="This is what version {version} of the model says today; it is not stored in History.",
        hover="{day}: {expected} units, between {lower} and {upper}",
        calendar="Calendar",
        calendar_hint="Expected sales of each day; public holidays have an orange border.",
        fewest="Fewest: {units}",
        most="Most: {units}",
        table="Day by day",
        notes="Notes",
        download="Download as CSV",
        file_name="forecast",
        what_if="What if…?",
        what_if_lead="Every combination of weekday, season and holiday. Hatched are those that the model did not see "
        "in training: take them as a hint.",
        hint="Go over a cell to read it.",
        cell="{weekday}, {season}: {expected} units, between {lower} and {upper}",
        unseen="the model saw no such day",
        holiday_table="Expected sales by weekday and season. Public holiday: {holiday}",
        by_date=Message(
            "This model answers by date",
            "It was trained on dates, and one kind of day sells differently by when it falls: there is no one figure "
            "for a combination. Look at the dates in the calendar above.",
        ),
    ),
}
