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
        unseen=Message(
            "The model saw no such day in training",
            "The number comes from days like it: take it as a hint, and do not decide on it alone.",
        ),
    ),
}
