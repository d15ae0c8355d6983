"""Turns answers and failures into HTML. Pure: values and texts in, escaped markup out."""

from datetime import tzinfo
from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webapp import formats
from webapp.contract import Champion, HistoryPage, Prediction
from webapp.failures import Failure
from webapp.texts import Texts

TEMPLATES = Path(__file__).with_name("templates")


def header(texts: Texts, current: str) -> str:
    """Render the bar with the name and the pages; `current` is the path of the page it stands on."""
    return _render("header.html", texts, current=current)


def lead(heading: str, text: str) -> str:
    """Render a page's heading and the line under it."""
    return _templates().get_template("lead.html").render(heading=heading, text=text)


def not_asked(texts: Texts, champion: Champion | None = None) -> str:
    """Render the place of the answer before the first question."""
    day = partial(formats.day, language=texts.language)
    return _render("not_asked.html", texts, champion=champion, day=day)


def prediction(texts: Texts, answer: Prediction) -> str:
    """Render one answer: the number, its interval, the model, and a warning where training saw no such day."""
    return _render("prediction.html", texts, answer=answer, point=_point(answer))


def history(texts: Texts, page: HistoryPage, zone: tzinfo) -> str:
    """Render one page of the history, or what to do while there is none."""
    moment = partial(formats.moment, zone=zone, language=texts.language)
    place = formats.place(zone, texts.language)
    return _render("history.html", texts, items=page.items, moment=moment, place=place)


def failure(texts: Texts, failed: Failure) -> str:
    """Render what went wrong and what to do about it."""
    return _render("failure.html", texts, failed=failed, message=texts.failures[failed.kind])


def waiting(texts: Texts) -> str:
    """Render the place of the history while it loads."""
    return _render("waiting.html", texts)


def _point(answer: Prediction) -> float:
    """Where the prediction stands between its limits, in percent from the lower one."""
    width = answer.interval.upper - answer.interval.lower
    if width <= 0:
        return 50.0
    return min(100.0, max(0.0, 100 * (answer.prediction - answer.interval.lower) / width))


def _render(template: str, texts: Texts, **values: Any) -> str:
    language = texts.language
    return (
        _templates()
        .get_template(template)
        .render(
            texts=texts,
            units=partial(formats.units, language=language),
            share=partial(formats.share, language=language),
            weekdays=formats.weekday_names(language),
            **values,
        )
    )


@cache
def _templates() -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
