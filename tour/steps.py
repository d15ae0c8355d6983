"""What a new user does, step by step, in both languages. Knows the names on the page, no browser and no stack."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language, batch, forecast, frame, model, predictions, registry


@dataclass(frozen=True)
class Step:
    """One step: the name of its picture, a heading and what to do, where `{names}` are those on the page."""

    name: str
    title: Mapping[Language, str]
    text: Mapping[Language, str]
    shared: bool = False
    """Whether one picture serves both languages: of what speaks English only."""


def names(language: Language) -> dict[str, str]:
    """What the page calls its parts, so that a text that names another thing cannot be written."""
    asking, ahead = predictions.TEXTS[language], forecast.TEXTS[language]
    lots, past, trained = batch.TEXTS[language], registry.TEXTS[language], model.TEXTS[language]
    return {
        "predictions": asking.name, "ask": asking.ask, "by_date": asking.by_date, "link": asking.link,
        "forecast": ahead.name, "calendar": ahead.calendar, "what_if": ahead.what_if, "csv": ahead.download,
        "batch": lots.name, "paste": lots.paste, "download": lots.download,
        "history": past.name, "open": past.open, "again": past.ask_again, "filter": past.apply,
        "model": trained.name, "retrain": trained.retrain, "roll_back": trained.roll_back, "versions": trained.history,
        "confirm": trained.confirm, "other": frame.TEXTS[language].to_other_language,
    }  # fmt: skip


STEPS: tuple[Step, ...] = (
    Step(
        "start",
        {"en": "Start it", "es": "Levantarlo"},
        {
            "en": "Run `make up` in a clone of the repository. The first time it installs what it needs, loads a "
            "sample of two years and trains the first model; then it says where everything is. Open the web page.",
            "es": "Ejecute `make up` en un clon del repositorio. La primera vez instala lo necesario, carga una "
            "muestra de dos años y entrena el primer modelo; después dice dónde está cada cosa. Abra la página web.",
        },
        shared=True,
    ),
    Step(
        "ask",
        {"en": "The first prediction", "es": "La primera predicción"},
        {
            "en": "Choose a weekday, a season and whether it is a holiday, and press **{ask}**. Beside the number "
            "stand its range, how it compares with that weekday's average, and the version of the model that "
            "answered. The page follows the browser's language; **{other}**, above, changes it.",
            "es": "Elija día de la semana, estación y si es feriado, y pulse **{ask}**. Junto al número están su "
            "intervalo, cómo queda frente a la media de ese día y la versión del modelo que respondió. La página "
            "sigue el idioma del navegador; **{other}**, arriba, lo cambia.",
        },
    ),
    Step(
        "date",
        {"en": "A date of the calendar", "es": "Una fecha del calendario"},
        {
            "en": "Under **{by_date}** a date is enough: weekday, season and holiday are derived from it and shown, "
            "with the week around it. Where training never saw such a day, the page says so. **{link}** opens this "
            "very answer again, for you or for a colleague.",
            "es": "En **{by_date}** basta una fecha: de ella salen el día de la semana, la estación y el feriado, que "
            "se muestran con la semana de alrededor. Si al entrenar no se vio ningún día así, la página lo dice. "
            "**{link}** vuelve a abrir esta misma respuesta, para usted o para un colega.",
        },
    ),
    Step(
        "forecast",
        {"en": "The days to come", "es": "Los días que vienen"},
        {
            "en": "**{forecast}** shows the next 7 to 90 days with the band that nine days in ten fall into, and "
            "the holidays by their names. Looking stores nothing.",
            "es": "**{forecast}** muestra los próximos 7 a 90 días con la banda en la que caen nueve de cada diez, y "
            "los feriados por su nombre. Mirar no guarda nada.",
        },
    ),
    Step(
        "calendar",
        {"en": "The same as a calendar and a file", "es": "Lo mismo como calendario y archivo"},
        {
            "en": "Below, **{calendar}** has a shade for each day, and a table every figure; **{csv}** takes them to a "
            "spreadsheet.",
            "es": "Debajo, **{calendar}** tiene un tono para cada día, y una tabla todas las cifras; **{csv}** las "
            "lleva a una hoja de cálculo.",
        },
    ),
    Step(
        "what-if",
        {"en": "What if the day were another?", "es": "¿Y si el día fuera otro?"},
        {
            "en": "**{what_if}** lays all combinations side by side: go over one to read it. Those that training "
            "never saw are hatched.",
            "es": "**{what_if}** pone todas las combinaciones una junto a otra: pase por una para leerla. Las que no "
            "se vieron al entrenar están rayadas.",
        },
    ),
    Step(
        "batch",
        {"en": "A whole file: first it is looked at", "es": "Un archivo entero: primero se revisa"},
        {
            "en": "Drop a CSV file on **{batch}**, or open **{paste}**. Every row is read before anything is asked: "
            "how it is understood, and which rows will not do and why.",
            "es": "Suelte un archivo CSV en **{batch}**, o abra **{paste}**. Antes de preguntar nada se lee cada fila: "
            "cómo se entiende, y cuáles no valen y por qué.",
        },
    ),
    Step(
        "batch-done",
        {"en": "Then it is answered", "es": "Después se responde"},
        {
            "en": "Once no row is wrong, one button asks for them all; a bar shows how far it is, and "
            "**{download}** gives each row its answer.",
            "es": "Cuando ninguna fila está mal, un botón las pide todas; una barra muestra por dónde va, y "
            "**{download}** da a cada fila su respuesta.",
        },
    ),
    Step(
        "history",
        {"en": "What was asked and answered", "es": "Lo preguntado y lo respondido"},
        {
            "en": "**{history}** has every prediction, newest first. **{filter}** narrows it by time, kind of day and "
            "version; **{open}** shows all of one, and **{again}** goes on from there.",
            "es": "**{history}** tiene todas las predicciones, la más reciente primero. **{filter}** las reduce por "
            "tiempo, tipo de día y versión; **{open}** muestra todo de una, y **{again}** sigue desde ahí.",
        },
    ),
    Step(
        "model",
        {"en": "Can the model be believed?", "es": "¿Se le puede creer al modelo?"},
        {
            "en": "**{model}** says who answers and how wrong it is on days that it did not see in training, beside "
            "means that need no model. Each point is such a day: predicted against sold.",
            "es": "**{model}** dice quién responde y cuánto se equivoca con días que no vio al entrenarse, junto a "
            "medias que no necesitan modelo. Cada punto es un día de esos: lo predicho frente a lo vendido.",
        },
    ),
    Step(
        "retrain",
        {"en": "Train it now", "es": "Entrenarlo ahora"},
        {
            "en": "It is trained every night by itself. **{retrain}** does it at once, and shows how far the run in "
            "Prefect is; the new model serves only if it beats the current one on the same days.",
            "es": "Cada noche se entrena solo. **{retrain}** lo hace en el momento y muestra por dónde va la ejecución "
            "en Prefect; el modelo nuevo solo entra en servicio si vence al actual en los mismos días.",
        },
    ),
    Step(
        "rollback",
        {"en": "And take it back", "es": "Y volver atrás"},
        {
            "en": "**{versions}** lists every version with what was decided and why. **{roll_back}** asks first, keeps "
            "your reason, and within seconds the earlier version answers.",
            "es": "**{versions}** tiene cada versión con lo que se decidió y por qué. **{roll_back}** pregunta antes, "
            "guarda su motivo, y en unos segundos responde la versión anterior.",
        },
    ),
    Step(
        "prefect",
        {"en": "What ran, in Prefect", "es": "Lo que se ejecutó, en Prefect"},
        {
            "en": "Prefect has the runs, their schedules and a form to start each of them. It asks for a password "
            "once; `make up` says where to find it. Every run leaves a report; this one is of a training: the scores, "
            "the decision and its reason.",
            "es": "Prefect tiene las ejecuciones, sus horarios y un formulario para empezar cada una. Pide una vez una "
            "contraseña, y `make up` dice dónde está. Cada ejecución deja un informe; este es de un entrenamiento: los "
            "errores, la decisión y su motivo. Habla inglés.",
        },
        shared=True,
    ),
    Step(
        "mlflow",
        {"en": "What was trained, in MLflow", "es": "Lo que se entrenó, en MLflow"},
        {
            "en": "MLflow has every training with its parameters, metrics, plots and data sets, and the registered "
            "versions; the alias `production` names the one that answers.",
            "es": "MLflow tiene cada entrenamiento con sus parámetros, métricas, gráficos y datos, y las versiones "
            "registradas; el alias `production` nombra la que responde.",
        },
        shared=True,
    ),
    Step(
        "swagger",
        {"en": "The same for other systems", "es": "Lo mismo para otros sistemas"},
        {
            "en": "Whatever the page does it asks of the API, and so may you: every call can be tried out at `/docs`, "
            "with an example each. More in [api.md](api.md).",
            "es": "Todo lo que hace la página se lo pide a la API, y usted también puede: cada llamada se prueba en "
            "`/docs`, con un ejemplo. Más en [api.md](api.md), en inglés.",
        },
        shared=True,
    ),
    Step(
        "phone",
        {"en": "On a phone, in the dark", "es": "En el teléfono, a oscuras"},
        {
            "en": "The page fits a telephone, and goes dark with the system or by its switch.",
            "es": "La página cabe en un teléfono, y se oscurece con el sistema o con su interruptor.",
        },
    ),
)
