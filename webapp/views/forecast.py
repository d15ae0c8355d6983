"""The markup of *Pronóstico*: the calendar, the table, and the combinations."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import groupby
from urllib.parse import quote

from webapp.api.forecast import DayAhead, Inputs, Outlook, Said
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.forecast import TEXTS

_WEEK = 7
_SHADES = 7
_COLUMNS = ("Date", "DayOfWeek", "Season", "Holiday", "prediction", "lower", "upper", "seen_in_training")


@dataclass(frozen=True)
class Shades:
    """Which shade of a heat map a number of units gets, from 0 (fewest) to 6."""

    fewest: float
    most: float

    def of(self, units: float) -> int:
        """The shade of a number between the two."""
        if self.most <= self.fewest:
            return 0
        return min(int(_SHADES * (units - self.fewest) / (self.most - self.fewest)), _SHADES - 1)


def shades(said: Sequence[Said]) -> Shades:
    """The shades of these predictions."""
    units = [each.prediction for each in said]
    return Shades(min(units), max(units))


def hover(language: Language, day: DayAhead) -> str:
    """Say of a day all that the page knows of it, in a line."""
    text = TEXTS[language].hover.format(day=formats.weekday_day(day.day, language), **_figures(language, day))
    return " · ".join([text, *notes(language, day)])


def notes(language: Language, day: DayAhead) -> list[str]:
    """What is to be said of a day beside its figures: its holiday, and whether training saw its like."""
    days = DAYS[language]
    holiday = [day.holiday_name or days.holiday] if day.holiday else []
    return holiday + ([] if day.seen_in_training else [days.unseen_mark])


def legend(language: Language, outlook: Outlook) -> str:
    """Render what the chart's marks mean, and whose word it is."""
    return render("forecast/legend.html", language, texts=TEXTS[language], outlook=outlook)


def calendar(language: Language, outlook: Outlook) -> str:
    """Render the days as a calendar, a row each week, the shade by the expected sales."""
    return render(
        "forecast/calendar.html",
        language,
        texts=TEXTS[language],
        months=[(formats.month(first, language), weeks) for first, weeks in _months(outlook.days)],
        shades=shades(outlook.days),
        said=lambda day: hover(language, day),
    )


def table(language: Language, outlook: Outlook) -> str:
    """Render the days as a table, and the same as a file to download."""
    return render(
        "forecast/table.html",
        language,
        texts=TEXTS[language],
        outlook=outlook,
        notes=lambda day: " · ".join(notes(language, day)),
        long_day=lambda when: formats.weekday_day(when, language),
        file=quote(as_csv(outlook)),
    )


def as_csv(outlook: Outlook) -> str:
    """Write the days as a file, under the API's names."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*_COLUMNS, "holiday_name", "model_version"])
    for day in outlook.days:
        fields = day.model_dump(by_alias=True, mode="json")
        writer.writerow([*(fields[name] for name in _COLUMNS), day.holiday_name, outlook.model_version])
    return text.getvalue()


def what_if(language: Language, inputs: Inputs) -> str:
    """Render all combinations: a table of weekdays and seasons for each, holiday or not."""
    return render(
        "forecast/what_if.html",
        language,
        texts=TEXTS[language],
        said={(each.weekday, each.season, each.holiday): each for each in inputs.inputs},
        shades=shades(inputs.inputs),
        tell=lambda said: cell(language, said),
    )


def cell(language: Language, said: Said) -> str:
    """Say of a combination all that the page knows of it, in a line."""
    texts, days = TEXTS[language], DAYS[language]
    named = {"weekday": formats.weekday_names(language)[said.weekday], "season": days.seasons[said.season]}
    text = texts.cell.format(**named, **_figures(language, said))
    return text if said.seen_in_training else f"{text} · {texts.unseen}"


def _figures(language: Language, said: Said) -> dict[str, str]:
    named = {"expected": said.prediction, "lower": said.lower, "upper": said.upper}
    return {name: formats.units(value, language) for name, value in named.items()}


def _months(days: Sequence[DayAhead]) -> Iterator[tuple[date, list[list[DayAhead | None]]]]:
    for _, of_month in groupby(days, lambda day: (day.day.year, day.day.month)):
        listed = list(of_month)
        padded: list[DayAhead | None] = [*[None] * (listed[0].weekday - 1), *listed]
        padded += [None] * (-len(padded) % _WEEK)
        yield listed[0].day, [padded[start : start + _WEEK] for start in range(0, len(padded), _WEEK)]
