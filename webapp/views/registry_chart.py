"""The chart of *Registro*: how much was asked over time, and what was answered."""

from datetime import UTC, tzinfo

from plotly.graph_objects import Figure

from webapp.api.history import Summary, SummaryItem
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.registry import TEXTS

MAX_TICKS = 6
MIN_LINE_POINTS = 5


def chart(language: Language, summary: Summary, zone: tzinfo) -> Figure:
    """Draw the questions as bars and the mean of the answers, in units, as a line."""
    texts, items = TEXTS[language], summary.items
    names = [_name(language, summary, item, zone) for item in items]
    shown = list(range(0, len(names), max(1, -(-len(names) // MAX_TICKS))))
    room = 0.6 + max(0, MIN_LINE_POINTS - len(names)) / 2  # a bar or two stand in the middle, not as wide as the page
    drawing = charts.new_figure(language, height=240, bargap=0.3, hovermode="x", showlegend=True)
    drawing.update_layout(
        legend={"orientation": "h", "traceorder": "reversed", "x": 0, "y": 1.02, "yanchor": "bottom"},
        xaxis={"tickvals": shown, "ticktext": [names[at] for at in shown], "range": [-room, len(names) - 1 + room]},
        yaxis={"rangemode": "tozero"},
        yaxis2={"overlaying": "y", "side": "right", "showgrid": False, "tickformat": ",.0f", "rangemode": "tozero",
                "automargin": True, "fixedrange": True, "nticks": 5},
        margin={"t": 40},
    )  # fmt: skip
    places, told = list(range(len(items))), "%{customdata}<extra></extra>"
    counted = [
        f"{name} · {texts.asked}: {_units(item.count, language)}" for name, item in zip(names, items, strict=True)
    ]
    drawing.add_bar(
        x=places, y=[item.count for item in items], yaxis="y2", name=f"{texts.asked} →", marker={"color": charts.BAND},
        customdata=counted, hovertemplate=told,
    )  # fmt: skip
    drawing.add_scatter(
        x=places, y=[item.mean for item in items], mode="lines+markers", line={"color": charts.WATER},
        name=f"← {texts.mean}", hovertemplate=told,
        customdata=[f"{texts.mean}: {_units(item.mean, language)}" for item in items],
    )  # fmt: skip
    return drawing


def table(language: Language, summary: Summary, zone: tzinfo) -> str:
    """Render what the chart shows as a table."""
    texts = TEXTS[language]
    when = texts.day if summary.step == "day" else texts.hour
    heads = [when, texts.asked, texts.mean, texts.lowest, texts.highest]
    rows = [
        [_name(language, summary, item, zone)]
        + [_units(value, language) for value in (item.count, item.mean, item.minimum, item.maximum)]
        for item in summary.items
    ]
    return charts.data_table(language, texts.over_time, heads, rows)


def _name(language: Language, summary: Summary, item: SummaryItem, zone: tzinfo) -> str:
    if summary.step == "day":
        return formats.format_day(item.start.astimezone(UTC), language)
    return formats.format_time(item.start, zone, language)


def _units(value: float, language: Language) -> str:
    return formats.format_units(value, language)
