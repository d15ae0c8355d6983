"""What *Pronóstico* shows of the days to come and of every kind of day."""

import csv
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from io import StringIO

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse

from tests.webapp.small_api import always, serving
from webapp.api.client import ApiClient, connect
from webapp.api.forecast import AllCombinations, DayEstimate, Forecast, ForecastDay
from webapp.pages.forecast import show_forecast, show_inputs
from webapp.views import forecast as views
from webapp.views.forecast_chart import chart

START = date(2026, 12, 21)


def day(number: int) -> ForecastDay:
    """A day that sells its number; Christmas, which training never saw, is the fifth."""
    when, christmas = START + timedelta(days=number), number == 4
    return ForecastDay(
        weekday=when.isoweekday(),
        season=3,
        holiday=int(christmas or when.isoweekday() == 7),
        prediction=1000 + number,
        lower=900 + number,
        upper=1100 + number,
        seen_in_training=not christmas,
        day=when,
        holiday_name="Navidad <b>" if christmas else None,
    )


OUTLOOK = Forecast(model_version="4", level=0.9, days=tuple(map(day, range(14))))
INPUTS = AllCombinations(
    model_version="4",
    level=0.9,
    inputs=tuple(
        DayEstimate(
            weekday=w, season=s, holiday=h, prediction=w * 1000 + s, lower=w, upper=9999, seen_in_training=h == (w == 7)
        )
        for w in range(1, 8)
        for s in range(1, 5)
        for h in (0, 1)
    ),
)


@contextmanager
def asking(app: Starlette) -> Iterator[ApiClient]:
    with serving(app) as url, connect(url, 5) as http:
        yield ApiClient(http)


def test_the_days_are_drawn_with_their_band_and_holidays_by_name() -> None:
    drawn = chart("es", OUTLOOK)
    lower, upper, line = drawn.data
    assert (list(lower.y), list(upper.y)) == ([900 + n for n in range(14)], [1100 + n for n in range(14)])
    assert list(line.y) == [1000 + n for n in range(14)]
    assert [note.text for note in drawn.layout.annotations] == ["Navidad <b>"]
    assert line.customdata[4] == (
        "vie, 25 dic 2026: 1.004 unidades, entre 904 y 1.104 · Navidad <b> · día no visto al entrenar"
    )
    assert "Feriado" in line.customdata[6]


def test_every_day_stands_under_its_weekday_and_in_its_month() -> None:
    shown = views.calendar("en", OUTLOOK)
    assert re.findall(r'class="month">([^<]+)', shown) == ["December 2026", "January 2027"]
    first = shown.split('class="month">')[1].split("<tr>")[1]
    assert re.findall(r'date">(\d+)', first) == [str(number) for number in range(21, 28)]
    new_year = shown.split('class="month">')[2].split("<tr>")[1]
    assert new_year.index("<td></td>") < new_year.index('date">1<')
    assert new_year.count("<td></td>") == 4
    assert shown.count(" holiday hatched") == shown.count("hatched") == 1
    assert "Navidad <b>" not in shown


def test_shades_go_from_the_fewest_to_the_most() -> None:
    shades = views.ColorScale(1000, 2000)
    assert [shades.shade_of(units) for units in (1000, 1500, 1999, 2000)] == [0, 3, 6, 6]
    assert views.ColorScale(5, 5).shade_of(5) == 0


def test_the_file_holds_the_days_under_the_apis_names() -> None:
    first, *_ = rows = list(csv.DictReader(StringIO(views.as_csv(OUTLOOK))))
    assert len(rows) == 14
    assert first["Date"] == "2026-12-21"
    assert (rows[4]["holiday_name"], rows[4]["seen_in_training"], rows[4]["prediction"]) == (
        "Navidad <b>",
        "False",
        "1004.0",
    )


def test_the_table_says_what_the_chart_shows() -> None:
    shown = views.table("es", OUTLOOK)
    assert shown.count("<tr>") == 15
    assert "904 \N{EN DASH} 1.104" in shown
    assert "Navidad &lt;b&gt; · día no visto al entrenar" in shown


def test_every_combination_can_be_read_and_unseen_ones_say_so() -> None:
    shown = views.inputs_table("es", INPUTS)
    assert shown.count("data-tell=") == 56
    assert shown.count("hatched") == 28
    assert "Lunes, Verano: 1.001 unidades, entre 1 y 9.999 · el modelo no vio ningún día así" in shown
    assert shown.count('tabindex="0"') == 56


@pytest.mark.parametrize(
    ("start", "text"), [("", "Falta la fecha"), ("mañana", "Falta la fecha"), ("2026-12-21", "La API no responde")]
)
def test_what_cannot_be_shown_says_why(nobody: ApiClient, start: str, text: str) -> None:
    said, picture, *_ = show_forecast(nobody, "es", start, 7)
    assert text in said
    assert picture["visible"] is False


def test_past_the_end_of_the_calendar_there_is_nothing_to_show() -> None:
    with asking(always(JSONResponse({"model_version": "4", "level": 0.9, "days": []}))) as api:
        said, *_ = show_forecast(api, "en", "2199-12-31", 7)
    assert "There are no days to show" in said


def test_a_model_of_dates_has_no_combinations_and_the_page_says_why() -> None:
    with asking(always(JSONResponse({"type": "/problems/dates-only"}, 409))) as api:
        assert "Este modelo responde por fecha" in show_inputs(api, "es")


def test_combinations_that_cannot_be_read_say_why(nobody: ApiClient) -> None:
    assert "The API does not answer" in show_inputs(nobody, "en")
