"""*Modelo* without a browser: what is said of a decision, of the scores and of a run."""

from datetime import UTC
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.webapp.small_api import serving as served
from webapp.api.client import ApiClient, connect
from webapp.api.model import Champion
from webapp.api.model_versions import Decision, Evaluation, Version, Versions
from webapp.api.training import Run
from webapp.pages.base import PageContext
from webapp.pages.model import ModelHandlers
from webapp.settings import Settings
from webapp.texts import Language
from webapp.texts.model import TEXTS
from webapp.views import model as views
from webapp.views import model_charts

HOSTILE = "<img src=x onerror=alert(1)>"
DECISION = {
    "outcome": "promoted", "version": "4", "champion_before": "3", "challenger_rmse": 145.48, "champion_rmse": 1152.1,
    "rows": 110, "rule": "a rule", "reason": "a reason", "decided_by": "a test", "decided_at": "2026-11-23T03:00:20Z",
    "progress": "carried out",
}  # fmt: skip
VERSION = {
    "version": "4", "created_at": "2026-11-23T03:00:18Z", "aliases": ["production"], "metrics": {"test_rmse": 145.48},
    "decisions": [DECISION], "mlflow_run_url": "http://mlflow/run", "prefect_run_url": None,
}  # fmt: skip
EVALUATION: dict[str, Any] = {
    "version": "4", "data_version": "v7", "rows": 110,
    "metrics": {"test_rmse": 145.48, "reference_weekday_mean_rmse": 136.4, "reference_cell_mean_rmse": 146.3},
    "interval": {"level": 0.9, "coverage": 0.909},
    "points": [{"Date": "2024-01-03", "DayOfWeek": 3, "Season": 1, "Holiday": 0, "actual": 2911, "predicted": 2874.1}],
    "residuals": {"3": {"rows": 16, "mean": 12.4, "quantiles": [-171, -66, 9.8, 84, 190], "coverage": 0.94}},
    "mlflow_run_url": "http://mlflow/run", "prefect_run_url": "http://prefect/run",
}  # fmt: skip
SERVING = Champion.model_validate({"version": "4", "trained_at": "2026-11-23T03:00:12Z"})
RUN = {
    "id": "6256c3eb-c4da-4e73-99fd-73fe7fd6b698", "name": "tidy-harrier", "state": "RUNNING", "finished": False,
    "outcome": "It is under way.", "progress": 0.4, "steps": [{"name": "search", "state": "RUNNING"}],
    "prefect_run_url": "http://prefect/run",
}  # fmt: skip


def told(seen_from: str, language: Language = "en", **changes: Any) -> str:
    version = Version.model_validate(VERSION | {"version": seen_from})
    return views.run_outcome(language, version, Decision.model_validate(DECISION | changes))


@pytest.mark.parametrize(
    ("seen_from", "changes", "words"),
    [
        ("4", {}, "Promoted: error of 145.5 against 1,152.1 of version 3, on 110 days."),
        ("3", {}, "Replaced by version 4: error of 1,152.1 against 145.5."),
        ("4", {"outcome": "kept"}, "Not promoted: error of 145.5 against 1,152.1 of version 3, on 110 days."),
        ("3", {"outcome": "kept"}, "Stayed in service against version 4: error of 1,152.1 against 145.5."),
        ("4", {"champion_before": None}, "First in service: there was none to compare it with."),
        ("4", {"outcome": "rolled back", "challenger_rmse": None}, "Put back by hand in place of version 3."),
        ("3", {"outcome": "rolled back"}, "Withdrawn by hand: version 4 came back."),
        ("4", {"outcome": "rolled back", "champion_before": None}, "First in service"),
        ("3", {"progress": "not carried out"}, "(cut off: not carried out)"),
    ],
)
def test_a_decision_is_told_from_either_side(seen_from: str, changes: dict[str, Any], words: str) -> None:
    assert words in told(seen_from, **changes)


def test_a_decision_is_told_in_spanish_with_its_figures() -> None:
    assert told("4", "es") == "Promovida: error de 145,5 frente a 1.152,1 de la versión 3, en 110 días."


@pytest.mark.parametrize(
    ("rmse", "verdict"),
    [
        (145.48, "errs 7% more than the weekday's mean"),
        (122.76, "errs 10% less than the weekday's"),
        (136.5, "errs as much as"),
    ],
)
def test_the_champion_is_held_against_the_naive_mean(rmse: float, verdict: str) -> None:
    found = Evaluation.model_validate(EVALUATION | {"metrics": EVALUATION["metrics"] | {"test_rmse": rmse}})
    markup = views.champion("en", SERVING, found)
    for part in (
        verdict,
        "136.4",
        "146.3",
        "91%",
        "90% promised",
        "Nov 23, 2026",
        "v7",
        "http://mlflow/run",
        "http://prefect/run",
    ):
        assert part in markup.replace("&#39;", "'")


@pytest.mark.parametrize("may_operate", [True, False])
def test_only_who_may_is_offered_a_way_back_and_only_to_versions_that_do_not_serve(may_operate: bool) -> None:
    other = VERSION | {"version": "3", "aliases": []}
    page = Versions.model_validate({"items": [VERSION, other]})
    markup = views.history("en", page, UTC, may_operate=may_operate)
    assert ("Roll back to version 3?" in markup) is may_operate
    assert "Roll back to version 4?" not in markup


def test_a_run_shows_its_steps_and_in_the_end_what_became_of_it() -> None:
    going = views.run("es", Run.model_validate(RUN))
    assert 'value="0.4"' in going
    assert f'search <span lang="es">({TEXTS["es"].states["RUNNING"]})</span>' in going
    ended = views.run("es", Run.model_validate(RUN | {"state": "FAILED", "finished": True, "outcome": "No data."}))
    assert "<progress" not in ended
    assert "No data." in ended


def test_the_charts_and_their_tables_show_the_same() -> None:
    found = Evaluation.model_validate(EVALUATION)
    drawn = model_charts.accuracy("en", found).to_json() + model_charts.residuals("en", found).to_json()
    tables = model_charts.accuracy_table("en", found) + model_charts.residuals_table("en", found)
    for part in ("Jan 3, 2024", "Wednesday", "2,911", "2,874"):
        assert part in drawn
        assert part in tables
    assert "94%" in tables


def test_the_error_of_a_weekday_is_told_in_the_readers_words() -> None:
    drawn = model_charts.residuals("es", Evaluation.model_validate(EVALUATION)).to_dict()["data"]
    assert "Mediana: 10<br>La mitad de los días: -66 … 84<br>Nueve de cada diez: -171 … 190" in drawn[1]["customdata"]
    assert drawn[0]["hoverinfo"] == "skip"


def test_a_promotion_between_two_questions_mixes_no_two_models() -> None:
    versions = iter(("3", "4"))
    serving = {"trained_at": "2026-11-23T03:00:12Z"}
    app = Starlette(
        routes=[
            Route("/model", lambda _: JSONResponse(serving | {"version": next(versions)})),
            Route("/model/evaluation", lambda _: JSONResponse(EVALUATION)),
        ]
    )
    with served(app) as url, connect(url, 5) as http:
        markup = ModelHandlers(PageContext(ApiClient(http), Settings(), "en")).show_evaluation()[0]
    assert "Version 4 answers" in markup


def test_an_evaluation_without_points_is_drawn_empty() -> None:
    found = Evaluation.model_validate(EVALUATION | {"points": [], "residuals": {}, "metrics": {}})
    assert model_charts.accuracy("en", found).to_json()
    assert model_charts.residuals("en", found).to_json()
    assert "errs" not in views.champion("en", SERVING, found)


def test_nothing_that_others_wrote_becomes_markup() -> None:
    decision = DECISION | {"reason": HOSTILE, "rule": HOSTILE, "decided_by": HOSTILE}
    page = Versions.model_validate({"items": [VERSION | {"version": HOSTILE, "decisions": [decision]}]})
    run = Run.model_validate(RUN | {"name": HOSTILE, "finished": True, "outcome": HOSTILE})
    assert HOSTILE not in views.history("en", page, UTC, may_operate=True) + views.run("en", run)
