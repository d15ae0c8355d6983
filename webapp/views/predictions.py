"""The markup of *Predicciones*."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo

from babel import Locale

from webapp.api.forecast import DayEstimate, ForecastDay
from webapp.api.model import Champion
from webapp.api.predictions import Prediction
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language, Message
from webapp.texts.predictions import TEXTS

EQUAL_SHARE = 0.005  # a difference that is written as 0 %


@dataclass(frozen=True)
class Comparison:
    """What stands beside an answer, as far as it could be had."""

    champion: Champion | None = None
    day: ForecastDay | None = None
    """What the champion says of the date that was asked for."""
    today: DayEstimate | None = None
    """What the champion says where another version answered."""
    zone: tzinfo | None = None
    """Of a reader who opens an answer that was given before."""


def no_question_message(language: Language, champion: Champion | None = None) -> str:
    """Render the place of the answer before the first question."""
    return render("predictions/not_asked.html", language, texts=TEXTS[language], champion=champion)


def no_date_message(language: Language) -> str:
    """Render the place of the answer where no date was chosen."""
    return _format_prediction(language, TEXTS[language].no_date)


def no_link_message(language: Language) -> str:
    """Render the place of the answer where a link leads to none."""
    return _format_prediction(language, TEXTS[language].no_link)


def prediction(language: Language, answer: Prediction, beside: Comparison | None = None) -> str:
    """Render one answer: the number, its interval, the model, a warning where training saw no such day, its link."""
    beside = beside or Comparison()
    return render(
        "predictions/prediction.html",
        language,
        texts=TEXTS[language],
        answer=answer,
        point=_point(answer),
        beside=beside,
        compared=_compare_with_weekday(language, answer, beside.champion),
        when=formats.format_time(answer.created_at, beside.zone, language) if beside.zone else None,
    )


def _format_prediction(language: Language, message: Message) -> str:
    return render("predictions/message.html", language, message=message)


def _compare_with_weekday(language: Language, answer: Prediction, champion: Champion | None) -> str | None:
    """How the answer stands against the mean of its weekday, where the same version tells both."""
    means: Mapping[int, float] = champion.weekday_means if champion and champion.version == answer.model_version else {}
    mean = means.get(answer.weekday)
    if not mean:
        return None
    weekday = Locale.parse(language).days["format"]["wide"][answer.weekday - 1]
    difference = answer.prediction / mean - 1
    texts = TEXTS[language]
    sentence = texts.level_with if abs(difference) < EQUAL_SHARE else texts.above if difference > 0 else texts.below
    return sentence.format(
        share=formats.format_share(abs(difference), language),
        weekday=weekday,
        mean=formats.format_units(mean, language),
    )


def _point(answer: Prediction) -> float:
    """Where the prediction stands between its limits, in percent from the lower one."""
    width = answer.interval.upper - answer.interval.lower
    if width <= 0:
        return 50.0
    return min(100.0, max(0.0, 100 * (answer.prediction - answer.interval.lower) / width))
