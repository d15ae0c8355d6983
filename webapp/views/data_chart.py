"""The chart of *Datos*: what was sold on each day."""

from itertools import groupby

from plotly.graph_objects import Figure

from webapp.api.data import DaySales
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.data_check import TEXTS


def chart(language: Language, days: tuple[DaySales, ...]) -> Figure:
    """Draw the sales of each day, in units, as a line."""
    drawing = charts.new_figure(language, height=260, hovermode="x")
    drawing.update_layout(xaxis={"type": "date", "nticks": 5, "tickformat": "%Y-%m-%d"}, yaxis={"rangemode": "tozero"})
    drawing.add_scatter(
        x=[day.Date for day in days],
        y=[day.Sales for day in days],
        mode="lines" if len(days) > 1 else "markers",
        line={"color": charts.WATER, "width": 1.5},
        customdata=[
            f"{formats.format_weekday_day(day.Date, language)}: {formats.format_units(day.Sales, language)}"
            for day in days
        ],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return drawing


def table(language: Language, days: tuple[DaySales, ...]) -> str:
    """Render the sales of each month as a table."""
    texts, rows = TEXTS[language], []
    for (_, _), group in groupby(days, key=lambda day: (day.Date.year, day.Date.month)):
        month = list(group)
        rows.append(
            [
                formats.format_month(month[0].Date, language),
                formats.format_units(len(month), language),
                formats.format_units(sum(day.Sales for day in month), language),
            ]
        )
    return charts.data_table(language, texts.chart, [texts.month, texts.days, texts.total], rows)
