"""What *Datos* calls the options of a load."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class OptionTexts:
    """Names of options and of their values; `option.value` goes before `value`."""

    heading: str
    options: Mapping[str, str]
    values: Mapping[str, str]
    named: str
    as_found: str
    yes: str
    no: str
    bad_number: str


TEXTS: Mapping[Language, OptionTexts] = {
    "es": OptionTexts(
        heading="Cambiar cómo se lee",
        options={
            "date_column": "Columna de la fecha",
            "sales_column": "Columna de las ventas",
            "aggregate": "Varias filas de una fecha",
            "missing_days": "Días sin fila",
            "outliers": "Días atípicos",
            "date_order": "Orden de día y mes",
            "decimal": "Signo decimal",
            "week_starts": "La semana empieza en",
            "weekday_base": "Los días se cuentan desde",
            "holidays_country": "País de los festivos (código, o none)",
            "hemisphere": "Hemisferio de las estaciones",
            "sundays_are_holidays": "Los domingos son festivos",
            "days_in_columns": "Los días están en columnas",
            "sheet": "Hoja del libro o archivo del zip",
            "max_bad_rows": "Parte de filas malas que se admite",
            "max_outliers": "Parte de días atípicos que se admite",
            "max_lost_days": "Parte de días perdidos que se admite",
            "force": "Cargar aunque falten días",
        },
        values={
            "*": "Cada fila es una unidad",
            "none": "Ninguno",
            "sum": "Sumarlas",
            "mean": "Promediarlas",
            "last": "Vale la última",
            "keep": "Dejarlas todas",
            "unknown": "No se sabe nada",
            "zero": "No se vendió nada",
            "by_kind": "Según su tipo de día",
            "iqr": "Como antes, frente a todas las ventas",
            "auto": "Como diga el archivo",
            "monday": "Lunes",
            "sunday": "Domingo",
            "saturday": "Sábado",
            "0": "Cero",
            "1": "Uno",
            "day_first": "Día, mes",
            "month_first": "Mes, día",
            "year_first": "Año, mes, día",
            "point": "Punto",
            "comma": "Coma",
            "north": "Norte",
            "south": "Sur",
            "aggregate.none": "Rechazarlas",
            "outliers.none": "Aprender de todos",
        },
        named="El aviso de arriba nombra esta elección.",
        as_found="Como se entendió",
        yes="Sí",
        no="No",
        bad_number="{option}: escriba un número como 0.05.",
    ),
    "en": OptionTexts(
        heading="Change how it is read",
        options={
            "date_column": "Column of the date",
            "sales_column": "Column of sales",
            "aggregate": "Several rows of one date",
            "missing_days": "Days without a row",
            "outliers": "Unusual days",
            "date_order": "Order of day and month",
            "decimal": "Decimal mark",
            "week_starts": "The week starts on",
            "weekday_base": "Weekdays are counted from",
            "holidays_country": "Country of the holidays (code, or none)",
            "hemisphere": "Hemisphere of the seasons",
            "sundays_are_holidays": "Sundays are holidays",
            "days_in_columns": "Days are in columns",
            "sheet": "Sheet of the workbook or file of the zip",
            "max_bad_rows": "Share of bad rows to accept",
            "max_outliers": "Share of unusual days to accept",
            "max_lost_days": "Share of lost days to accept",
            "force": "Load it though days are missing",
        },
        values={
            "*": "Each row is one unit",
            "none": "None",
            "sum": "Add them up",
            "mean": "Take their mean",
            "last": "The last one counts",
            "keep": "Leave them all",
            "unknown": "Nothing is known",
            "zero": "Nothing was sold",
            "by_kind": "By their kind of day",
            "iqr": "As before, against all sales",
            "auto": "As the file says",
            "monday": "Monday",
            "sunday": "Sunday",
            "saturday": "Saturday",
            "0": "Zero",
            "1": "One",
            "day_first": "Day, month",
            "month_first": "Month, day",
            "year_first": "Year, month, day",
            "point": "Point",
            "comma": "Comma",
            "north": "North",
            "south": "South",
            "aggregate.none": "Refuse them",
            "outliers.none": "Learn from all",
        },
        named="The message above names this choice.",
        as_found="As it was understood",
        yes="Yes",
        no="No",
        bad_number="{option}: write a number such as 0.05.",
    ),
}
