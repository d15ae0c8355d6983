"""Lo que dice la página, en español."""

from webapp.failures import FailureKind
from webapp.texts import Message, Texts

ES = Texts(
    language="es",
    other_language="en",
    to_other_language="English",
    home="Predicciones",
    registry="Registro",
    navigation="Páginas",
    skip_to_content="Ir al contenido",
    predictions_lead="¿Cuántas ventas esperar en Steam en un día así?",
    weekday="Día de la semana",
    season="Estación",
    seasons={4: "Primavera", 1: "Verano", 2: "Otoño", 3: "Invierno"},
    holiday="Feriado",
    holidays={0: "No", 1: "Sí"},
    ask="Obtener predicción",
    not_asked=Message("Aún no hay respuesta", "Elija cómo es el día y pulse «Obtener predicción»."),
    champion="Responde el modelo, versión {version}",
    champion_since="entrenado el {date}",
    expected_sales="Ventas esperadas",
    units="unidades",
    interval="Intervalo del {level}",
    between="El {level} de los días así queda entre {lower} y {upper} unidades.",
    model_version="Modelo, versión {version}",
    unseen=Message(
        "El modelo no vio ningún día así al entrenarse",
        "El número sale de días parecidos: tómelo como orientación y no decida solo por él.",
    ),
    registry_lead="Todas las predicciones que se han dado, la más reciente primero.",
    loading="Cargando el registro…",
    time="Hora",
    kind_of_day="Día",
    expected="Ventas esperadas",
    range="Intervalo",
    model="Modelo",
    unseen_mark="día no visto al entrenar",
    refresh="Actualizar",
    newer="Más recientes",
    older="Más antiguas",
    page="Página {number}",
    empty=Message(
        "Todavía no hay predicciones",
        "Aquí quedará cada predicción que se pida, con su hora y su modelo.",
    ),
    ask_first="Pedir la primera",
    failures={
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
        FailureKind.BAD_INPUT: Message("La API no aceptó la pregunta", "Corrija lo que se indica y repita."),
        FailureKind.NOT_FOUND: Message(
            "Eso ya no está en el registro", "Pulse «Actualizar» para volver a la primera página."
        ),
        FailureKind.REFUSED: Message(
            "Sin permiso",
            "La API no reconoce a esta página. Pida a quien opera el sistema que revise la clave de acceso.",
        ),
        FailureKind.TOO_MANY: Message("Demasiadas preguntas seguidas", "Espere un minuto y vuelva a intentarlo."),
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
    fields={"DayOfWeek": "Día de la semana", "Season": "Estación", "Holiday": "Feriado"},
    status="Código HTTP {status}",
)
