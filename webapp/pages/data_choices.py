"""The form of choices on *Datos*: options of a load that a person may set from a list, and dates of their own."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import gradio as gr

from webapp.api.data import DataCheck, DataVersion
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.data_options import TEXTS

COLUMNS = ("date_column", "sales_column")
EACH_ROW = "*"
LISTS: Mapping[str, tuple[str, ...]] = {
    "aggregate": ("none", "sum", "mean", "last", "keep"),
    "missing_days": ("unknown", "zero"),
    "outliers": ("by_kind", "iqr", "none"),
    "date_order": ("auto", "day_first", "month_first", "year_first"),
    "decimal": ("auto", "point", "comma"),
    "week_starts": ("auto", "monday", "sunday", "saturday"),
    "weekday_base": ("1", "0"),
    "hemisphere": ("north", "south"),
}
SWITCHES = ("sundays_are_holidays", "days_in_columns", "force")
NUMBERS = ("max_bad_rows", "max_outliers", "max_lost_days")
WORDS = ("holidays_country", "sheet")
OPTIONS = (*COLUMNS, *LISTS, *SWITCHES, *WORDS, *NUMBERS)


class ChoiceError(ValueError):
    """A choice that cannot be sent; the message is in the reader's language."""


def lay_out_choices(language: Language) -> list[Any]:
    """Lay out a field for each option, in the order of `OPTIONS`; empty means: as it was understood."""
    with gr.Row(elem_classes="data-grid"):
        return [_field(language, option) for option in OPTIONS]


def _field(language: Language, option: str) -> Any:
    label, elem_id = TEXTS[language].options[option], f"choice-{option}"
    if option in (*NUMBERS, *WORDS):
        return gr.Textbox(label=label, elem_id=elem_id, max_lines=1)
    return gr.Dropdown(
        choices=_values(language, option), value="", label=label, elem_id=elem_id, interactive=True, filterable=False
    )


def _values(language: Language, option: str, columns: Sequence[str] = ()) -> list[tuple[str, str]]:
    texts = TEXTS[language]
    if option in SWITCHES:
        return [(texts.as_found, ""), (texts.yes, "true"), (texts.no, "false")]
    if option in COLUMNS:
        rows = [(texts.values[EACH_ROW], EACH_ROW)] if option == "sales_column" else []
        return [(texts.as_found, ""), *((column, column) for column in columns), *rows]
    named = [(texts.values.get(f"{option}.{value}", texts.values.get(value, value)), value) for value in LISTS[option]]
    return [(texts.as_found, ""), *named]


def choice_updates(language: Language, check: DataCheck) -> list[Any]:
    """Offer the columns of the table, and mark the choices that its messages name."""
    texts = TEXTS[language]
    updates = []
    for option in OPTIONS:
        info = texts.named if option in check.named_options else ""
        if option in COLUMNS:
            updates.append(gr.update(info=info, choices=_values(language, option, check.columns)))
        else:
            updates.append(gr.update(info=info))
    return updates


def to_options(language: Language, values: Sequence[str | None]) -> dict[str, Any]:
    """Turn what the fields hold into options. Raises ChoiceError for what is no number."""
    given = zip(OPTIONS, values, strict=True)
    return {option: _value(language, option, value.strip()) for option, value in given if value and value.strip()}


def _value(language: Language, option: str, value: str) -> Any:
    if option in SWITCHES:
        return value == "true"
    if option == "weekday_base":
        return int(value)
    if option not in NUMBERS:
        return value
    try:
        return float(value.replace(",", "."))
    except ValueError as error:
        texts = TEXTS[language]
        raise ChoiceError(texts.bad_number.format(option=texts.options[option])) from error


@dataclass(frozen=True)
class OwnDates:
    """Dates of the user's own, as one value of a field: `start|end|name`."""

    start: date
    end: date
    name: str

    @property
    def value(self) -> str:
        """As the field holds it."""
        return f"{self.start}|{self.end}|{self.name}"

    @classmethod
    def parse(cls, value: str) -> "OwnDates":
        """Read a value of the field. Raises ValueError."""
        start, end, name = value.split("|", 2)
        return cls(date.fromisoformat(start), date.fromisoformat(end or start), name)


def events_update(language: Language, values: Iterable[str]) -> Any:
    """Show dates of the user's own, all of them ticked."""
    events = sorted({OwnDates.parse(value).value for value in values})
    return gr.update(choices=[(_label(language, value), value) for value in events], value=events, visible=bool(events))


def _label(language: Language, value: str) -> str:
    event = OwnDates.parse(value)
    days = [formats.format_day(day, language) for day in dict.fromkeys((event.start, event.end))]
    return " … ".join(days) + (f" · {event.name}" if event.name else "")


def events_of(version: DataVersion | None) -> list[str]:
    """Return the user's own dates of a version, as values of the field."""
    stored = version.options.get("events", []) if version else []
    return [f"{event['start']}|{event.get('end') or event['start']}|{event.get('name', '')}" for event in stored]


def to_events(values: Iterable[str]) -> list[dict[str, str]]:
    """Turn the values of the field into the option `events`."""
    events = [OwnDates.parse(value) for value in values]
    return [{"start": f"{event.start}", "end": f"{event.end}", "name": event.name} for event in events]
