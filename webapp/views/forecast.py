"""The markup of *Pronóstico*: the calendar, the table, and the combinations."""

import csv
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from io import StringIO
from itertools import groupby
from urllib.parse import quote

from webapp.api.forecast import AllCombinations, DayEstimate, Forecast, ForecastDay
from webapp.rendering import formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.forecast import TEXTS

WEEK_DAYS = 7
SHADE_COUNT = 7
CSV_COLUMNS = ("Date", "DayOfWeek", "Season", "Holiday", "prediction", "lower", "upper", "seen_in_training")


@dataclass(frozen=True)
class ColorScale:
    """Which shade of a heat map a number of units gets, from 0 (fewest) to 6."""

    fewest: float
    most: float

    def shade_of(self, units: float) -> int:
        """The shade of a number between the two."""
        if self.most <= self.fewest:
            return 0
        return min(int(SHADE_COUNT * (units - self.fewest) / (self.most - self.fewest)), SHADE_COUNT - 1)


def color_scale(said: Sequence[DayEstimate]) -> ColorScale:
    """The shades of these predictions."""
    units = [each.prediction for each in said]
    return ColorScale(min(units), max(units))


def hover_text(language: Language, day: ForecastDay) -> str:
    """Say of a day all that the page knows of it, in a line."""
    text = TEXTS[language].hover.format(day=formats.format_weekday_day(day.day, language), **_figures(language, day))
    return " · ".join([text, *legend_notes(language, day)])


def legend_notes(language: Language, day: ForecastDay) -> list[str]:
    """What is to be said of a day beside its figures: its holiday, and whether training saw its like."""
    days = DAYS[language]
    holiday = [day.holiday_name or days.holiday] if day.holiday else []
    return holiday + ([] if day.seen_in_training else [days.unseen_mark])


def legend(language: Language, outlook: Forecast) -> str:
    """Render what the chart's marks mean, and whose word it is."""
    return render("forecast/legend.html", language, texts=TEXTS[language], outlook=outlook)


def calendar(language: Language, outlook: Forecast) -> str:
    """Render the days as a calendar, a row each week, the shade by the expected sales."""
    return render(
        "forecast/calendar.html",
        language,
        texts=TEXTS[language],
        months=[(formats.format_month(first, language), weeks) for first, weeks in _months(outlook.days)],
        shades=color_scale(outlook.days),
        said=lambda day: hover_text(language, day),
    )


def table(language: Language, outlook: Forecast) -> str:
    """Render the days as a table, and the same as a file to download."""
    return render(
        "forecast/table.html",
        language,
        texts=TEXTS[language],
        outlook=outlook,
        notes=lambda day: " · ".join(legend_notes(language, day)),
        long_day=lambda when: formats.format_weekday_day(when, language),
        file=quote(as_csv(outlook)),
    )


def as_csv(outlook: Forecast) -> str:
    """Write the days as a file, under the API's names."""
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow([*CSV_COLUMNS, "holiday_name", "model_version"])
    for day in outlook.days:
        fields = day.model_dump(by_alias=True, mode="json")
        writer.writerow([*(fields[name] for name in CSV_COLUMNS), day.holiday_name, outlook.model_version])
    return text.getvalue()


def inputs_table(language: Language, inputs: AllCombinations) -> str:
    """Render all combinations: a table of weekdays and seasons for each, holiday or not."""
    return render(
        "forecast/what_if.html",
        language,
        texts=TEXTS[language],
        said={(each.weekday, each.season, each.holiday): each for each in inputs.inputs},
        shades=color_scale(inputs.inputs),
        tell=lambda said: inputs_cell(language, said),
    )


def inputs_cell(language: Language, said: DayEstimate) -> str:
    """Say of a combination all that the page knows of it, in a line."""
    texts, days = TEXTS[language], DAYS[language]
    named = {"weekday": formats.weekday_names(language)[said.weekday], "season": days.seasons[said.season]}
    text = texts.cell.format(**named, **_figures(language, said))
    return text if said.seen_in_training else f"{text} · {texts.unseen}"


def _figures(language: Language, said: DayEstimate) -> dict[str, str]:
    named = {"expected": said.prediction, "lower": said.lower, "upper": said.upper}
    return {name: formats.format_units(value, language) for name, value in named.items()}


def _months(days: Sequence[ForecastDay]) -> Iterator[tuple[date, list[list[ForecastDay | None]]]]:
    for _, of_month in groupby(days, lambda day: (day.day.year, day.day.month)):
        listed = list(of_month)
        padded: list[ForecastDay | None] = [*[None] * (listed[0].weekday - 1), *listed]
        padded += [None] * (-len(padded) % WEEK_DAYS)
        yield listed[0].day, [padded[start : start + WEEK_DAYS] for start in range(0, len(padded), WEEK_DAYS)]
