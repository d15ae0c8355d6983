"""The charts of *Modelo*: predicted against sold, and the error by weekday."""

from plotly.graph_objects import Figure

from webapp.api.model_versions import Evaluation, Residuals
from webapp.rendering import charts, formats
from webapp.texts import Language
from webapp.texts.model import TEXTS


def accuracy(language: Language, found: Evaluation) -> Figure:
    """Draw each day as a point, in units; on the line the prediction was right."""
    texts, points = TEXTS[language], found.points
    sales = [side for point in points for side in (point.actual, point.predicted)] or [0.0, 1.0]
    ends = [min(sales), max(sales)]
    drawing = charts.new_figure(language, height=360)
    drawing.update_layout(
        xaxis={"title": {"text": texts.actual}, "tickformat": ",.0f", "nticks": 6, "showgrid": True},
        yaxis={"title": {"text": texts.predicted}},
        margin={"b": 40},
    )
    drawing.add_scatter(x=ends, y=ends, mode="lines", line={"color": charts.STONE, "dash": "dot"}, hoverinfo="skip")
    drawing.add_scatter(
        x=[point.actual for point in points],
        y=[point.predicted for point in points],
        mode="markers",
        marker={"color": charts.WATER, "size": 8, "opacity": 0.65},
        customdata=[" · ".join(row) for row in _days(language, found)],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return drawing


def accuracy_table(language: Language, found: Evaluation) -> str:
    """Render the same days as a table."""
    texts = TEXTS[language]
    heads = ["", "", texts.actual, texts.predicted]
    return charts.data_table(language, texts.accuracy, heads, _days(language, found))


def residuals(language: Language, found: Evaluation) -> Figure:
    """Draw how far sales lay from the prediction on each weekday, in units: quarters as a box, 5 and 95 % as lines."""
    names, days = formats.weekday_names(language), sorted(found.residuals)
    drawing = charts.new_figure(language, height=320, hovermode="x")
    quantiles = [found.residuals[day].quantiles for day in days]
    low, lower, middle, upper, high = (list(column) for column in zip(*quantiles, strict=True)) if days else [[]] * 5
    drawing.update_layout(
        yaxis={"zeroline": True, "zerolinewidth": 2}, xaxis={"tickvals": days, "ticktext": [names[d][:3] for d in days]}
    )
    drawing.add_box(
        x=days, lowerfence=low, q1=lower, median=middle, q3=upper, upperfence=high,
        marker={"color": charts.WATER}, fillcolor=charts.BAND, hoverinfo="skip",
    )  # fmt: skip
    # a box names its parts in English on hover; a point that is not seen speaks for it
    drawing.add_scatter(
        x=days,
        y=middle,
        mode="markers",
        marker={"opacity": 0},
        customdata=[_hover_text(language, found.residuals[day]) for day in days],
        hovertemplate="%{customdata}<extra></extra>",
    )
    return drawing


def _hover_text(language: Language, one: Residuals) -> str:
    texts = TEXTS[language]
    low, lower, middle, upper, high = (formats.format_units(limit, language) for limit in one.quantiles)
    return f"{texts.median}: {middle}<br>{texts.half}: {lower} … {upper}<br>{texts.nine_in_ten}: {low} … {high}"


def residuals_table(language: Language, found: Evaluation) -> str:
    """Render the same as a table."""
    texts, names = TEXTS[language], formats.weekday_names(language)
    rows = [
        [
            names[day],
            formats.format_units(one.rows, language),
            formats.format_units(one.mean, language),
            formats.format_units(one.quantiles[2], language),
            formats.format_share(one.coverage, language),
        ]
        for day, one in sorted(found.residuals.items())
    ]
    return charts.data_table(language, texts.residuals, ["", texts.rows, texts.mean, texts.median, texts.covered], rows)


def _days(language: Language, found: Evaluation) -> list[list[str]]:
    names = formats.weekday_names(language)
    return [
        [
            formats.format_day(point.date, language),
            names[point.weekday],
            formats.format_units(point.actual, language),
            formats.format_units(point.predicted, language),
        ]
        for point in found.points
    ]
