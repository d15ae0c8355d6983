"""The markup of *Predicciones*."""

from webapp.api.model import Champion
from webapp.api.predictions import Prediction
from webapp.markup import render
from webapp.texts import Language
from webapp.texts.predictions import TEXTS


def not_asked(language: Language, champion: Champion | None = None) -> str:
    """Render the place of the answer before the first question."""
    return render("predictions/not_asked.html", language, texts=TEXTS[language], champion=champion)


def prediction(language: Language, answer: Prediction) -> str:
    """Render one answer: the number, its interval, the model, and a warning where training saw no such day."""
    return render("predictions/prediction.html", language, texts=TEXTS[language], answer=answer, point=_point(answer))


def _point(answer: Prediction) -> float:
    """Where the prediction stands between its limits, in percent from the lower one."""
    width = answer.interval.upper - answer.interval.lower
    if width <= 0:
        return 50.0
    return min(100.0, max(0.0, 100 * (answer.prediction - answer.interval.lower) / width))
