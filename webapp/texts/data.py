"""What *Datos* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class DataTexts:
    """The page in one language."""

    name: str
    heading: str
    lead: str
    in_use: str
    none_yet: str
    none_for_viewer: str
    versions_heading: str
    current: str
    read_at: str
    span: str
    rows: str
    upload: str
    help: str
    file: str
    again: str
    again_name: str
    checking: str
    loading: str
    waiting_training: str
    training: str
    trained: str
    to_predictions: str
    going_back: str
    events: str
    events_help: str
    start: str
    end: str
    event_name: str
    add: str
    kept_events: str
    bad_event: str
    check: str
    load: str
    train: str
    roll_back: str
    roll_back_to: str
    what_happens: str
    confirm: str
    cancel: str
    uploaded: str
    gone: str


TEXTS: Mapping[Language, DataTexts] = {
    "es": DataTexts(
        name="Datos",
        heading="¿De qué aprende el modelo?",
        lead=(
            "Suelte aquí la tabla de sus ventas, vea cómo se entiende y cárguela. Basta una fecha y un número por día."
        ),
        in_use="Datos en uso",
        none_yet=(
            "Todavía no hay datos en uso, o no se han leído desde la última actualización. Suba una tabla "
            "arriba, o espere a la lectura de esta noche."
        ),
        none_for_viewer=(
            "Todavía no hay datos en uso, o no se han leído desde la última actualización. Pida a quien "
            "administra que cargue una tabla."
        ),
        versions_heading="Versiones de los datos",
        current="en uso",
        read_at="Leída por última vez: {time}",
        span="{first} … {last}",
        rows="{train} filas para aprender, {test} para comprobar, {quarantined} apartadas",
        upload="Cargar una tabla",
        help=(
            "Un archivo CSV, de Excel (.xlsx, .ods) o Parquet; también dentro de .gz o .zip. Vale el que "
            "exporta Steamworks. Nada cambia hasta que pulse «Cargar estos datos»."
        ),
        file="Suelte un archivo o pulse para elegirlo",
        again="Cambiar cómo se leen los datos en uso",
        again_name="Los datos en uso",
        checking="Leyendo «{name}»: suele tardar menos de un minuto.",
        loading="Cargando «{name}».",
        waiting_training="Los datos están cargados. El entrenamiento empieza solo en unos segundos.",
        training="Entrenando con los datos nuevos.",
        trained="Entrenado. Ya puede pedir una predicción.",
        to_predictions="Ir a Predicciones",
        going_back="Volviendo a una versión anterior.",
        events="Sus fechas: ofertas, lanzamientos",
        events_help=(
            "Cuentan como festivos en lo vendido y en lo que se predice. Añada también las que están por "
            "venir. Quite una desmarcándola."
        ),
        start="Primer día",
        end="Último día",
        event_name="Nombre",
        add="Añadir fecha",
        kept_events="Fechas propias",
        bad_event="El último día va después del primero: corrija las fechas.",
        check="Comprobar otra vez",
        load="Cargar estos datos",
        train="Entrenar ahora",
        roll_back="Volver",
        roll_back_to="¿Volver a los datos del {date}?",
        what_happens=(
            "Estos datos serán los datos en uso. El próximo entrenamiento aprende de ellos; el modelo que "
            "responde no cambia hasta entonces."
        ),
        confirm="Volver a estos datos",
        cancel="Cancelar",
        uploaded="Subida: {name}",
        gone="El archivo ya no está en esta página: vuelva a subirlo.",
    ),
    "en": DataTexts(
        name="Data",
        heading="What does the model learn from?",
        lead=(
            "Drop the table of your sales here, see how it is understood, and load it. A date and a number a "
            "day are enough."
        ),
        in_use="Data in use",
        none_yet=(
            "There is no data in use yet, or it has not been read since the last update. Upload a table "
            "above, or wait for tonight's run."
        ),
        none_for_viewer=(
            "There is no data in use yet, or it has not been read since the last update. Ask an "
            "administrator to load a table."
        ),
        versions_heading="Versions of the data",
        current="in use",
        read_at="Read last: {time}",
        span="{first} … {last}",
        rows="{train} rows to learn from, {test} to test on, {quarantined} set aside",
        upload="Load a table",
        help=(
            "A CSV, Excel (.xlsx, .ods) or Parquet file, also inside .gz or .zip. What Steamworks exports "
            "will do. Nothing changes before you press “Load this data”."
        ),
        file="Drop a file or press to choose one",
        again="Change how the data in use is read",
        again_name="The data in use",
        checking="Reading “{name}”: this usually takes less than a minute.",
        loading="Loading “{name}”.",
        waiting_training="The data is loaded. The training starts by itself in a few seconds.",
        training="Training on the new data.",
        trained="Trained. You can ask for a prediction now.",
        to_predictions="Go to Predictions",
        going_back="Going back to an earlier version.",
        events="Your dates: sale events, launches",
        events_help=(
            "They count as holidays in what was sold and in what is predicted. Add those to come, too. "
            "Untick one to remove it."
        ),
        start="First day",
        end="Last day",
        event_name="Name",
        add="Add dates",
        kept_events="Dates of your own",
        bad_event="The last day comes after the first one: correct the dates.",
        check="Check again",
        load="Load this data",
        train="Train now",
        roll_back="Go back",
        roll_back_to="Go back to the data of {date}?",
        what_happens=(
            "This data becomes the data in use. The next training learns from it; until then the model that "
            "answers stays."
        ),
        confirm="Go back to this data",
        cancel="Cancel",
        uploaded="Uploaded: {name}",
        gone="The file is no longer on this page: upload it again.",
    ),
}
