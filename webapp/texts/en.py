"""What the page says, in English."""

from webapp.failures import FailureKind
from webapp.texts import Message, Texts

EN = Texts(
    language="en",
    other_language="es",
    to_other_language="Español",
    home="Predictions",
    registry="History",
    navigation="Pages",
    skip_to_content="Skip to content",
    predictions_lead="How many sales to expect on Steam on such a day?",
    weekday="Day of the week",
    season="Season",
    seasons={4: "Spring", 1: "Summer", 2: "Autumn", 3: "Winter"},
    holiday="Public holiday",
    holidays={0: "No", 1: "Yes"},
    ask="Get prediction",
    not_asked=Message("No answer yet", "Choose what the day is like and press “Get prediction”."),
    champion="Answered by the model, version {version}",
    champion_since="trained on {date}",
    expected_sales="Expected sales",
    units="units",
    interval="{level} interval",
    between="{level} of such days fall between {lower} and {upper} units.",
    model_version="Model version {version}",
    unseen=Message(
        "The model saw no such day in training",
        "The number comes from days like it: take it as a hint, and do not decide on it alone.",
    ),
    registry_lead="Every prediction ever given, newest first.",
    loading="Loading the history…",
    time="Time",
    kind_of_day="Day",
    expected="Expected sales",
    range="Interval",
    model="Model",
    unseen_mark="no such day in training",
    refresh="Refresh",
    newer="Newer",
    older="Older",
    page="Page {number}",
    empty=Message("No predictions yet", "Every prediction asked for will stand here, with its time and model."),
    ask_first="Ask for the first",
    failures={
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
        FailureKind.BAD_INPUT: Message("The API did not take the question", "Correct what is named and repeat."),
        FailureKind.NOT_FOUND: Message(
            "That is no longer in the history", "Press “Refresh” to return to the first page."
        ),
        FailureKind.REFUSED: Message(
            "No permission", "The API does not know this page. Ask whoever runs the system to check its access key."
        ),
        FailureKind.TOO_MANY: Message("Too many questions in a row", "Wait a minute and try again."),
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
    fields={"DayOfWeek": "Day of the week", "Season": "Season", "Holiday": "Public holiday"},
    status="HTTP status {status}",
)
