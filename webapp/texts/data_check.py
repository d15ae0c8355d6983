"""What *Datos* says of a table: how it is understood."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class CheckTexts:
    """A check in one language."""

    refused: str
    accepted: str
    choose: str
    days: str
    total: str
    set_aside: str
    outliers: str
    columns: str
    date_from: str
    sales_from: str
    code_from: str
    counted: str
    unused: str
    holidays_of: str
    weekly: str
    own_dates: str
    no_holidays: str
    north: str
    south: str
    followed: str
    warnings: str
    faults: str
    row: str
    column: str
    value: str
    reason: str
    chart: str
    month: str
    calendar: str


TEXTS: Mapping[Language, CheckTexts] = {
    "es": CheckTexts(
        refused="Esta tabla no se puede cargar así",
        accepted="Así se entiende «{name}»",
        choose="Cambie una de las elecciones de abajo y compruebe otra vez.",
        days="Días",
        total="Unidades vendidas",
        set_aside="Filas apartadas",
        outliers="Días atípicos que no se aprenden",
        columns="Columnas",
        date_from="La fecha sale de",
        sales_from="Las ventas salen de",
        code_from="{code} sale de",
        counted="cada fila cuenta como una unidad",
        unused="No se usan",
        holidays_of="festivos de {country}",
        weekly="los {days}",
        own_dates="{count} fechas propias",
        no_holidays="sin festivos",
        north="estaciones del norte",
        south="estaciones del sur",
        followed="lo sigue el {share} de los días",
        warnings="Conviene saberlo",
        faults="Filas apartadas y por qué",
        row="Fila",
        column="Columna",
        value="Valor",
        reason="Motivo",
        chart="Ventas por día",
        month="Mes",
        calendar="Calendario",
    ),
    "en": CheckTexts(
        refused="This table cannot be loaded as it is",
        accepted="This is how “{name}” is understood",
        choose="Change one of the choices below and check again.",
        days="Days",
        total="Units sold",
        set_aside="Rows set aside",
        outliers="Unusual days not learned from",
        columns="Columns",
        date_from="The date comes from",
        sales_from="Sales come from",
        code_from="{code} comes from",
        counted="each row counts as one unit",
        unused="Not used",
        holidays_of="public holidays of {country}",
        weekly="every {days}",
        own_dates="{count} dates of your own",
        no_holidays="no holidays",
        north="seasons of the north",
        south="seasons of the south",
        followed="{share} of the days follow it",
        warnings="Good to know",
        faults="Rows set aside, and why",
        row="Row",
        column="Column",
        value="Value",
        reason="Reason",
        chart="Sales by day",
        month="Month",
        calendar="Calendar",
    ),
}
