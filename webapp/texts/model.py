"""What *Modelo* says."""

from collections.abc import Mapping
from dataclasses import dataclass

from webapp.texts import Language


@dataclass(frozen=True)
class ModelTexts:
    """The page in one language. `states` are Prefect's; `said` tells a decision, by who looks at it."""

    name: str
    heading: str
    lead: str
    serves: str
    trained: str
    on_test: str
    rmse: str
    weekday_mean: str
    cell_mean: str
    better: str
    worse: str
    equal: str
    coverage: str
    promised: str
    in_mlflow: str
    in_prefect: str
    accuracy: str
    actual: str
    predicted: str
    residuals: str
    residual: str
    residuals_note: str
    half: str
    nine_in_ten: str
    rows: str
    mean: str
    median: str
    covered: str
    history: str
    version: str
    serving: str
    said: Mapping[str, str]
    progress: Mapping[str, str]
    no_decision: str
    record: str
    rule: str
    reason: str
    by: str
    older: str
    operate: str
    retrain: str
    retrain_note: str
    roll_back: str
    roll_back_to: str
    what_happens: str
    why: str
    confirm: str
    cancel: str
    run: str
    states: Mapping[str, str]


TEXTS: Mapping[Language, ModelTexts] = {
    "es": ModelTexts(
        name="Modelo",
        heading="¿Se le puede creer al modelo?",
        lead="Qué modelo responde, cuánto acierta con días que no vio al entrenarse, y por qué se eligió.",
        serves="Responde la versión {version}",
        trained="Entrenada el {date}, con los datos {data}.",
        on_test="Error en {rows} días que no vio al entrenarse (RMSE, en unidades)",
        rmse="El modelo",
        weekday_mean="La media del día de la semana",
        cell_mean="La media del tipo de día",
        better="Se equivoca un {share} menos que la media del día de la semana.",
        worse="Se equivoca un {share} más que la media del día de la semana: con estos datos, la media basta.",
        equal="Se equivoca lo mismo que la media del día de la semana: con estos datos, la media basta.",
        coverage="Días dentro del intervalo",
        promised="de un {level} prometido",
        in_mlflow="El entrenamiento en MLflow",
        in_prefect="El entrenamiento en Prefect",
        accuracy="Lo predicho frente a lo vendido",
        actual="Vendido",
        predicted="Predicho",
        residuals="Error por día de la semana",
        residual="Vendido menos predicho",
        residuals_note="La caja encierra la mitad de los días; las líneas, nueve de cada diez.",
        half="La mitad de los días",
        nine_in_ten="Nueve de cada diez",
        rows="Días",
        mean="Media",
        median="Mediana",
        covered="Dentro del intervalo",
        history="Versiones y decisiones",
        version="Versión {version}",
        serving="en servicio",
        said={
            "first": "Primera en servicio: no había con quién compararla.",
            "promoted": "Promovida: error de {ours} frente a {theirs} de la versión {before}, en {rows} días.",
            "kept": "No promovida: error de {ours} frente a {theirs} de la versión {before}, en {rows} días.",
            "stayed": "Siguió en servicio frente a la versión {version}: error de {theirs} frente a {ours}.",
            "replaced": "Reemplazada por la versión {version}: error de {theirs} frente a {ours}.",
            "rolled back": "Repuesta a mano en lugar de la versión {before}.",
            "withdrawn": "Retirada a mano: volvió la versión {version}.",
        },
        progress={"begun": "en curso, o cortada", "not carried out": "cortada: no se llevó a cabo"},
        no_decision="Sin decisión: su entrenamiento se cortó antes.",
        record="El registro de la decisión, como se escribió",
        rule="Regla",
        reason="Motivo",
        by="Pedida por",
        older="Versiones anteriores",
        operate="Operar",
        retrain="Entrenar ahora",
        retrain_note="Entrena con los datos actuales; el modelo nuevo solo entra en servicio si vence al actual.",
        roll_back="Volver a esta versión",
        roll_back_to="¿Volver a la versión {version}?",
        what_happens="La versión {version} pasa a responder en unos segundos, en lugar de la actual. Las predicciones "
        "ya dadas no cambian, y la decisión queda registrada con su motivo. El próximo entrenamiento puede "
        "reemplazarla de nuevo.",
        why="Motivo",
        confirm="Volver",
        cancel="Cancelar",
        run="La ejecución en Prefect",
        states={
            "SCHEDULED": "Espera su turno",
            "PENDING": "Por empezar",
            "RUNNING": "En curso",
            "PAUSED": "En pausa",
            "CANCELLING": "Cancelándose",
            "COMPLETED": "Terminada",
            "FAILED": "Falló",
            "CRASHED": "Se interrumpió",
            "CANCELLED": "Cancelada",
        },
    ),
    "en": ModelTexts(
        name="Model",
        heading="Can the model be believed?",
        lead="Which model answers, how right it is on days that it did not see in training, and why it was chosen.",
        serves="Version {version} answers",
        trained="Trained on {date}, on data {data}.",
        on_test="Error on {rows} days that it did not see in training (RMSE, in units)",
        rmse="The model",
        weekday_mean="The weekday's mean",
        cell_mean="The mean of the kind of day",
        better="It errs {share} less than the weekday's mean.",
        worse="It errs {share} more than the weekday's mean: on this data the mean is enough.",
        equal="It errs as much as the weekday's mean: on this data the mean is enough.",
        coverage="Days inside the interval",
        promised="of {level} promised",
        in_mlflow="The training in MLflow",
        in_prefect="The training in Prefect",
        accuracy="Predicted against sold",
        actual="Sold",
        predicted="Predicted",
        residuals="Error by weekday",
        residual="Sold minus predicted",
        residuals_note="The box holds half of the days; the lines, nine in ten.",
        half="Half of the days",
        nine_in_ten="Nine in ten",
        rows="Days",
        mean="Mean",
        median="Median",
        covered="Inside the interval",
        history="Versions and decisions",
        version="Version {version}",
        serving="in service",
        said={
            "first": "First in service: there was none to compare it with.",
            "promoted": "Promoted: error of {ours} against {theirs} of version {before}, on {rows} days.",
            "kept": "Not promoted: error of {ours} against {theirs} of version {before}, on {rows} days.",
            "stayed": "Stayed in service against version {version}: error of {theirs} against {ours}.",
            "replaced": "Replaced by version {version}: error of {theirs} against {ours}.",
            "rolled back": "Put back by hand in place of version {before}.",
            "withdrawn": "Withdrawn by hand: version {version} came back.",
        },
        progress={"begun": "under way, or cut off", "not carried out": "cut off: not carried out"},
        no_decision="No decision: its training was cut off before.",
        record="The record of the decision, as it was written",
        rule="Rule",
        reason="Reason",
        by="Asked for by",
        older="Earlier versions",
        operate="Operate",
        retrain="Train now",
        retrain_note="Trains on the current data; the new model serves only if it beats the current one.",
        roll_back="Roll back to this version",
        roll_back_to="Roll back to version {version}?",
        what_happens="Version {version} answers within seconds, in place of the current one. Predictions already given "
        "do not change, and the decision is recorded with its reason. The next training may replace it again.",
        why="Reason",
        confirm="Roll back",
        cancel="Cancel",
        run="The run in Prefect",
        states={
            "SCHEDULED": "Waits for its turn",
            "PENDING": "About to start",
            "RUNNING": "Under way",
            "PAUSED": "Paused",
            "CANCELLING": "Being cancelled",
            "COMPLETED": "Done",
            "FAILED": "Failed",
            "CRASHED": "Broke off",
            "CANCELLED": "Cancelled",
        },
    ),
}
