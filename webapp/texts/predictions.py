"""What *Predicciones* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, Message


@dataclass(frozen=True)
class PredictionsTexts:
    """The page in one language."""

    name: str
    heading: str
    lead: str
    ask: str
    not_asked: Message
    champion: str
    champion_since: str
    interval: str
    between: str
    model_version: str
    by_kind: str
    by_date: str
    date: str
    no_date: Message
    above: str
    below: str
    level_with: str
    holiday: str
    week: str
    week_columns: tuple[str, str, str]
    marked: str
    other_version: str
    stored: str
    today_says: str
    link: str
    copy: str
    copied: str
    no_link: Message
    unseen: Message


TEXTS: Mapping[Language, PredictionsTexts] = {
    "es": PredictionsTexts(
        name="Predicciones",
        heading="¿Cuántas ventas esperar en Steam en un día así?",
        lead="",
        ask="Obtener predicción",
        not_asked=Message("Aún no hay respuesta", "Elija cómo es el día y pulse «Obtener predicción»."),
        champion="Responde el modelo, versión {version}",
        champion_since="entrenado el {date}",
        interval="Intervalo del {level}",
        between="El {level} de los días así queda entre {lower} y {upper} unidades.",
        model_version="Modelo, versión {version}",
        by_kind="Por tipo de día",
        by_date="Por fecha",
        date="Fecha",
        no_date=Message("Falta la fecha", "Elija un día del calendario, o escríbalo, y pulse «Obtener predicción»."),
        above="{share} por encima de la media del {weekday} ({mean} unidades)",
        below="{share} por debajo de la media del {weekday} ({mean} unidades)",
        level_with="Igual que la media del {weekday} ({mean} unidades)",
        holiday="Feriado: {name}",
        week="Los siete días en torno al {date}",
        week_columns=("Día", "Ventas esperadas", "Intervalo"),
        marked="el día de la pregunta",
        other_version="El gráfico es de otra versión del modelo, la {version}, que entró en servicio entretanto.",
        stored="Se respondió el {time}.",
        today_says="El modelo de hoy, versión {version}, espera {units} unidades. Pregunte de nuevo para guardarlo.",
        link="Enlace a esta respuesta",
        copy="Copiar",
        copied="Copiado",
        no_link=Message(
            "Este enlace no lleva a ninguna respuesta", "Puede estar incompleto. Pregunte de nuevo aquí al lado."
        ),
        unseen=Message(
            "El modelo no vio ningún día así al entrenarse",
            "El número sale de días parecidos: tómelo como orientación y no decida solo por él.",
        ),
    ),
    "en": PredictionsTexts(
        name="Predictions",
        heading="How many sales to expect on Steam on such a day?",
        lead="",
        ask="Get prediction",
        not_asked=Message("No answer yet", "Choose what the day is like and press “Get prediction”."),
        champion="Answered by the model, version {version}",
        champion_since="trained on {date}",
        interval="{level} interval",
        between="{level} of such days fall between {lower} and {upper} units.",
        model_version="Model version {version}",
        by_kind="By kind of day",
        by_date="By date",
        date="Date",
        no_date=Message("The date is missing", "Choose a day of the calendar, or type it, and press “Get prediction”."),
        above="{share} above the average {weekday} ({mean} units)",
        below="{share} below the average {weekday} ({mean} units)",
        level_with="Level with the average {weekday} ({mean} units)",
        holiday="Public holiday: {name}",
        week="The seven days around {date}",
        week_columns=("Day", "Expected sales", "Interval"),
        marked="the day asked for",
        other_version="The chart is of another version of the model, {version}, which came into service meanwhile.",
        stored="Answered on {time}.",
        today_says="Today's model, version {version}, expects {units} units. Ask again to have that stored.",
        link="Link to this answer",
        copy="Copy",
        copied="Copied",
        no_link=Message("This link leads to no answer", "It may have lost a part. Ask again right here."),
        unseen=Message(
            "The model saw no such day in training",
            "The number comes from days like it: take it as a hint, and do not decide on it alone.",
        ),
    ),
}
