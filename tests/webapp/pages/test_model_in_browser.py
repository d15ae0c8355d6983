"""*Modelo* in a real browser: what is shown, a training followed to its end, and a way back that asks first."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.webapp.browsing import DESKTOP, PHONE, chromium, reading
from tests.webapp.pages.test_model import EVALUATION, RUN, VERSION
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.settings import Settings
from webapp.texts import Language
from webapp.texts.model import TEXTS

pytestmark = pytest.mark.browser
RUNS = {kind: {**RUN, "id": str(UUID(int=number))} for number, kind in enumerate(("retrain", "rollback"))}


class Operated:
    """An API whose runs go one step further each time somebody looks; a training adds a version."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.looks = {run["id"]: 0 for run in RUNS.values()}
        self.versions = [VERSION, VERSION | {"version": "3", "aliases": []}]

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/model", lambda _: JSONResponse({"version": "4", "trained_at": "2026-11-23T03:00:12Z"})),
                Route("/model/evaluation", lambda _: JSONResponse(EVALUATION)),
                Route("/model/versions", lambda _: JSONResponse({"items": self.versions, "next_cursor": None})),
                Route("/model/{kind}", self.start, methods=["POST"]),
                Route("/runs/{name}", self.look),
            ]
        )

    async def start(self, request: Request) -> JSONResponse:
        kind = request.path_params["kind"]
        self.asked.append((kind, await request.json()))
        return JSONResponse(RUNS[kind], 202)

    def look(self, request: Request) -> JSONResponse:
        name = request.path_params["name"]
        self.looks[name] += 1
        (kind,) = (kind for kind, run in RUNS.items() if run["id"] == name)
        if self.looks[name] < 2:
            return JSONResponse(RUNS[kind] | {"progress": 0.7})
        if kind == "retrain" and len(self.versions) == 2:
            self.versions.insert(0, VERSION | {"version": "5", "aliases": []})
        return JSONResponse(RUNS[kind] | {"state": "COMPLETED", "finished": True, "outcome": f"The {kind} is done."})


@pytest.fixture
def operated() -> Operated:
    return Operated()


@pytest.fixture
def web(operated: Operated) -> Iterator[str]:
    with (
        serving(operated.app()) as api,
        connect(api, 30) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def ended(page: Page, outcome: str) -> None:
    run = page.get_by_test_id("run")
    expect(run).to_have_attribute("data-state", "COMPLETED", timeout=60_000)
    expect(run).to_contain_text(outcome)


@pytest.mark.parametrize(
    ("language", "locale", "size"), [("es", "es-CO", PHONE), ("en", "en-US", DESKTOP)], ids=["es-phone", "en-desktop"]
)
def test_the_model_is_judged_trained_and_taken_back(
    browser: Browser, web: str, operated: Operated, language: Language, locale: str, size: tuple[int, int]
) -> None:
    texts = TEXTS[language]
    with reading(browser, web, locale, size) as page:
        page.goto("/modelo")
        expect(page.locator("#champion")).to_contain_text(texts.serves.format(version="4"))
        for chart in ("accuracy", "residuals"):
            expect(page.locator(f"#{chart}-chart .js-plotly-plot")).to_be_visible(timeout=30_000)
        versions = page.get_by_test_id("version")
        expect(versions).to_have_count(2)
        expect(versions.first).to_contain_text(texts.serving)

        page.get_by_role("button", name=texts.retrain).click()
        ended(page, "The retrain is done.")
        expect(versions).to_have_count(3)

        versions.last.get_by_role("button").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(texts.what_happens.format(version="3"))
        dialog.get_by_role("button", name=texts.cancel).click()
        versions.last.get_by_role("button").click()
        dialog.get_by_label(texts.why).fill("a test")
        dialog.get_by_role("button", name=texts.confirm).click()
        ended(page, "The rollback is done.")
    assert operated.asked == [
        ("retrain", {"asked_by": ""}),
        ("rollback", {"version": "3", "asked_by": "", "reason": "a test"}),
    ]
