"""The house's look of a chart, on Plotly: colours, letters, numbers in the reader's language. Knows no page.

A chart is drawn once for light and dark: what is written and ruled takes its colour from `static/charts.css`, what is
drawn is of the colours below, which stand out on both grounds.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import gradio as gr
import plotly.graph_objects as go
from gradio.components.plot import PlotData

from webapp.rendering.templates import render
from webapp.texts import Language

WATER, BAND, LIGHT, STONE, FAULT = "#2f9a9b", "rgba(47, 154, 155, 0.22)", "#f29a2e", "#969a98", "#d0553c"
"""A line, the band around it, what is marked, what is only compared with, what is wrong."""
COLOR_SCALE = ((0.0, "#dff1ef"), (0.35, "#66bab8"), (0.7, "#0f7c80"), (1.0, "#0b3b42"))
"""Of a heat map, from few sales to many."""

# A decimal sign, then one between thousands.
_SEPARATORS: Mapping[Language, str] = {"es": ",.", "en": ".,"}


def place(elem_id: str) -> gr.Plot:
    """Put an empty place for a chart on the page. Handlers fill it with what `to_update` gives."""
    return gr.Plot(show_label=False, container=False, elem_id=elem_id, elem_classes="chart", buttons=[])


def new_figure(language: Language, height: int = 320, **layout: Any) -> go.Figure:
    """Make an empty figure of the house's look, `height` pixels high; `layout` is Plotly's, on top of it."""
    axis = {"showline": False, "ticks": "", "automargin": True, "fixedrange": True, "zeroline": False}
    base = {
        "template": "none",
        "height": height,
        "autosize": True,
        "margin": {"l": 8, "r": 8, "t": 16, "b": 8},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "separators": _SEPARATORS[language],
        "font": {"family": "IBM Plex Sans, ui-sans-serif, system-ui, sans-serif", "size": 14},
        "showlegend": False,
        "hovermode": "closest",
        "dragmode": False,
        "xaxis": {**axis, "showgrid": False},
        "yaxis": {**axis, "tickformat": ",.0f", "nticks": 6},
    }
    return go.Figure(layout=base).update_layout(**layout)


def add_band(chart: go.Figure, x: Sequence[Any], lower: Sequence[float], upper: Sequence[float]) -> None:
    """Draw the band between two limits, in units, behind what is drawn later. It answers no hover."""
    quiet = {"mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
    chart.add_scatter(x=list(x), y=list(lower), **quiet)
    chart.add_scatter(x=list(x), y=list(upper), fill="tonexty", fillcolor=BAND, **quiet)


def to_update(chart: go.Figure) -> PlotData:
    """Turn a figure into what a `gr.Plot` shows, without Plotly's tools and logo."""
    config = '"config":{"displayModeBar":false,"displaylogo":false,"responsive":true,"doubleClick":false}'
    return PlotData(type="plotly", plot=f"{chart.to_json()[:-1]},{config}}}")


def data_table(language: Language, caption: str, heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Render what a chart shows as a table that opens on a click: for screen readers, and whoever wants the figures.

    `rows` are texts in the reader's language; the first of each heads its row. Show it in a `gr.HTML` right after the
    chart's place.
    """
    return render("charts/table.html", language, caption=caption, heads=heads, rows=rows)
