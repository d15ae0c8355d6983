"""What went wrong with a call to the API and what to do about it, the same on every page."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.errors import FailureKind
from webapp.texts import Language, Message


@dataclass(frozen=True)
class FailureTexts:
    """Failures in one language; `fields` are the API's names of what it may refuse."""

    of: Mapping[FailureKind, Message]
    fields: Mapping[str, str]
    row: str
    status: str
    wait: str


TEXTS: Mapping[Language, FailureTexts] = {
    "es": FailureTexts(
        of={
            FailureKind.UNREACHABLE: Message(
                "La API no responde",
                "El servicio que calcula las predicciones está parado o arrancando. Espere unos segundos y "
                "vuelva a intentarlo; si sigue así, arranque el sistema con `make up`.",
            ),
            FailureKind.TOO_SLOW: Message(
                "La API tarda demasiado",
                "La pregunta se envió, pero la respuesta no llegó a tiempo. Vuelva a intentarlo en un momento; "
                "si la predicción llegó a calcularse, está en el Registro.",
            ),
            FailureKind.NO_MODEL: Message(
                "Todavía no hay un modelo",
                "El primer entrenamiento empieza solo al arrancar el sistema y suele tardar cerca de un minuto. "
                "Espere y vuelva a pulsar el botón, o entrénelo ahora con `make retrain`.",
            ),
            FailureKind.DATES_ONLY: Message(
                "Este modelo solo responde por fecha",
                "Se entrenó con fechas, y un mismo tipo de día vende distinto según cuándo cae. Elija una fecha.",
            ),
            FailureKind.NO_EVALUATION: Message(
                "De este modelo no se guardó cómo acierta",
                "Se entrenó antes de que se guardara. Entrene de nuevo con `make retrain`: el próximo sí lo lleva.",
            ),
            FailureKind.MLFLOW_AWAY: Message(
                "MLflow no responde",
                "Las predicciones siguen, pero no se ve de dónde viene el modelo. Compruebe que MLflow está en marcha "
                "(`make up`) y vuelva a intentarlo.",
            ),
            FailureKind.PIPELINE_AWAY: Message(
                "Prefect no responde",
                "No se ha empezado nada. Compruebe que Prefect y su worker están en marcha (`make up`) y vuelva a "
                "intentarlo.",
            ),
            FailureKind.BAD_INPUT: Message("La API no aceptó la pregunta", "Corrija lo que se indica y repita."),
            FailureKind.NOT_FOUND: Message(
                "Eso ya no está en el registro", "Pulse «Actualizar» para volver a la primera página."
            ),
            FailureKind.REFUSED: Message(
                "Sin permiso",
                "La API no reconoce a esta página. Pida a quien opera el sistema que revise la clave de acceso.",
            ),
            FailureKind.TOO_MANY: Message("Demasiadas preguntas seguidas", "Espere un poco y vuelva a intentarlo."),
            FailureKind.UNAVAILABLE: Message(
                "La API no puede responder ahora",
                "Está en marcha, pero le falta algo que necesita, como la base de datos. Vuelva a intentarlo en "
                "un momento; si se repite, avise a quien opera el sistema.",
            ),
            FailureKind.BROKEN: Message(
                "La API dio una respuesta que no se entiende",
                "Compruebe que `API_URL` es la dirección de la API y que la API y la página son de la misma "
                "versión; lo que pasó está en el diario de la API.",
            ),
        },
        fields={"Date": "Fecha", "DayOfWeek": "Día de la semana", "Season": "Estación", "Holiday": "Feriado"},
        row="Fila {row}",
        status="Código HTTP {status}",
        wait="La API volverá a contestar dentro de {seconds} s.",
    ),
    "en": FailureTexts(
        of={
            FailureKind.UNREACHABLE: Message(
                "The API does not answer",
                "The service that computes predictions is down or still starting. Wait a few seconds and try again; "
                "if it stays so, start the system with `make up`.",
            ),
            FailureKind.TOO_SLOW: Message(
                "The API is too slow",
                "The question was sent, but the answer did not come in time. Try again in a moment; if the "
                "prediction was computed after all, it stands in History.",
            ),
            FailureKind.NO_MODEL: Message(
                "There is no model yet",
                "The first training starts by itself with the system and usually takes about a minute. Wait and "
                "press the button again, or train now with `make retrain`.",
            ),
            FailureKind.DATES_ONLY: Message(
                "This model answers by date only",
                "It was trained on dates, and one kind of day sells differently by when it falls. Choose a date.",
            ),
            FailureKind.NO_EVALUATION: Message(
                "How right this model is was not kept",
                "It was trained before that was done. Train again with `make retrain`: the next one has it.",
            ),
            FailureKind.MLFLOW_AWAY: Message(
                "MLflow does not answer",
                "Predictions go on, but where the model comes from cannot be seen. Check that MLflow is running "
                "(`make up`) and try again.",
            ),
            FailureKind.PIPELINE_AWAY: Message(
                "Prefect does not answer",
                "Nothing was started. Check that Prefect and its worker are running (`make up`) and try again.",
            ),
            FailureKind.BAD_INPUT: Message("The API did not take the question", "Correct what is named and repeat."),
            FailureKind.NOT_FOUND: Message(
                "That is no longer in the history", "Press “Refresh” to return to the first page."
            ),
            FailureKind.REFUSED: Message(
                "No permission",
                "The API does not know this page. Ask whoever runs the system to check its access key.",
            ),
            FailureKind.TOO_MANY: Message("Too many questions in a row", "Wait a little and try again."),
            FailureKind.UNAVAILABLE: Message(
                "The API cannot answer now",
                "It is running, but lacks something that it needs, such as its database. Try again in a moment; "
                "if it happens again, tell whoever runs the system.",
            ),
            FailureKind.BROKEN: Message(
                "The API gave an answer that makes no sense",
                "Check that `API_URL` is the API's address and that API and page are of the same version; what "
                "happened stands in the API's log.",
            ),
        },
        fields={"Date": "Date", "DayOfWeek": "Day of the week", "Season": "Season", "Holiday": "Public holiday"},
        row="Row {row}",
        status="HTTP status {status}",
        wait="The API will answer again in {seconds} s.",
    ),
}
