"""Fills the templates. Knows the engine and what every template is given; the views say which one and with what."""

from functools import cache, partial
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from webapp.rendering import formats
from webapp.texts import Language, days, frame

TEMPLATES = Path(__file__).parents[1] / "templates"


def render(template: str, language: Language, **values: Any) -> str:
    """Fill a template, by its path under `templates/`; what comes in as text leaves escaped.

    Every template knows `language`, `frame` and `days` (texts), `weekdays` (names by number), and the formats
    `units(x)`, `share(x)` and `day(date)`.
    """
    return (
        _templates()
        .get_template(template)
        .render(
            language=language,
            frame=frame.TEXTS[language],
            days=days.TEXTS[language],
            weekdays=formats.weekday_names(language),
            units=partial(formats.format_units, language=language),
            share=partial(formats.format_share, language=language),
            day=partial(formats.format_day, language=language),
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
