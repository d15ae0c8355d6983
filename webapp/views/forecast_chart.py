"""The chart of *Pronóstico*: expected sales with their band, holidays by name."""

from datetime import date
from math import ceil

import plotly.graph_objects as go

from webapp.api.forecast import Forecast, ForecastDay
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.views.forecast import hover_text

MAX_TICKS = 6
LABEL_ROWS = 3
"""Names of holidays that follow each other stand at so many heights."""
LABEL_ROW_PIXELS = 20


def chart(language: Language, outlook: Forecast) -> go.Figure:
    """Draw the days; every point tells its own story on hover."""
    days = outlook.days
    every = ceil(len(days) / MAX_TICKS)
    ticked = [day.day for day in days[::every]]
    drawn = charts.new_figure(language, height=360)
    drawn.update_xaxes(tickvals=ticked, ticktext=[_tick(language, when) for when in ticked])
    dates = [day.day for day in days]
    charts.add_band(drawn, dates, [day.lower for day in days], [day.upper for day in days])
    drawn.add_scatter(
        x=dates,
        y=[day.prediction for day in days],
        mode="lines+markers",
        line={"color": charts.WATER, "width": 3},
        marker=_markers(days),
        customdata=[hover_text(language, day) for day in days],
        hovertemplate="%{customdata}<extra></extra>",
    )
    _name_holidays(drawn, days)
    return drawn


def _tick(language: Language, when: date) -> str:
    """In two lines, so that six of them stand upright on a phone."""
    return formats.format_short_day(when, language).replace(" ", "<br>")


def _markers(days: tuple[ForecastDay, ...]) -> dict[str, object]:
    outline = [charts.LIGHT if day.holiday else charts.WATER for day in days]
    inside = [color if day.seen_in_training else "rgba(0,0,0,0)" for color, day in zip(outline, days, strict=True)]
    size = [11 if day.holiday_name else 7 for day in days]
    return {"color": inside, "size": size, "line": {"color": outline, "width": 2}}


def _name_holidays(drawn: go.Figure, days: tuple[ForecastDay, ...]) -> None:
    """Above the plot, where no line runs through them, with a thin line down to the day."""
    named = [(place, day) for place, day in enumerate(days) if day.holiday_name]
    steps = min(len(named), LABEL_ROWS)
    drawn.update_layout(margin_t=16 + LABEL_ROW_PIXELS * steps)
    for number, (place, day) in enumerate(named):
        drawn.add_vline(x=day.day, line={"color": charts.STONE, "width": 1, "dash": "dot"}, layer="below")
        drawn.add_annotation(
            x=day.day,
            y=1,
            yref="paper",
            yanchor="bottom",
            yshift=LABEL_ROW_PIXELS * (number % LABEL_ROWS),
            text=day.holiday_name,
            xanchor="left" if place < len(days) / 2 else "right",
            showarrow=False,
        )
