"""The days around the one that was asked for, as a chart and as a table."""

from datetime import date

import plotly.graph_objects as go

from webapp.api.forecast import Forecast, ForecastDay
from webapp.rendering import charts, formats
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.texts.predictions import TEXTS


def heading(language: Language, asked: date, outlook: Forecast, version: str) -> str:
    """Render what the chart is of; and of which version, where it is not the `version` that answered."""
    other = None if outlook.model_version == version else outlook.model_version
    return render("predictions/week.html", language, texts=TEXTS[language], asked=asked, other=other)


def chart(language: Language, asked: date, outlook: Forecast) -> go.Figure:
    """Draw the days with their band; the one that was asked for is marked."""
    days = outlook.days
    dates = [day.day for day in days]
    drawn = charts.new_figure(language, height=300)
    drawn.update_xaxes(tickvals=dates, ticktext=[_tick(language, day) for day in days])
    charts.add_band(drawn, dates, [day.lower for day in days], [day.upper for day in days])
    drawn.add_scatter(
        x=dates,
        y=[day.prediction for day in days],
        mode="lines+markers",
        line={"color": charts.WATER, "width": 3},
        marker={
            "color": [charts.LIGHT if day.day == asked else charts.WATER for day in days],
            "opacity": 1,
            "size": [16 if day.day == asked else 8 for day in days],
        },
        customdata=[_hover(language, day) for day in days],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return drawn


def table(language: Language, asked: date, outlook: Forecast) -> str:
    """Render the same days as a table that opens on a click."""
    texts = TEXTS[language]
    rows = [
        (
            _holiday_names(language, day) + (f" · {texts.marked}" if day.day == asked else ""),
            formats.format_units(day.prediction, language),
            _range(language, day),
        )
        for day in outlook.days
    ]
    return charts.data_table(
        language, texts.week.format(date=formats.format_day(asked, language)), texts.week_columns, rows
    )


def _tick(language: Language, day: ForecastDay) -> str:
    weekday = formats.weekday_names(language)[day.weekday][:3]
    return f"{weekday}<br>{day.day.day}"


def _hover(language: Language, day: ForecastDay) -> str:
    return (
        f"{_holiday_names(language, day)}<br>{formats.format_units(day.prediction, language)} ({_range(language, day)})"
    )


def _holiday_names(language: Language, day: ForecastDay) -> str:
    name = f" · {day.holiday_name}" if day.holiday_name else ""
    return f"{formats.weekday_names(language)[day.weekday]}, {formats.format_day(day.day, language)}{name}"


def _range(language: Language, day: ForecastDay) -> str:
    return f"{formats.format_units(day.lower, language)} \N{EN DASH} {formats.format_units(day.upper, language)}"
