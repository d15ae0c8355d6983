"""*Datos* in a real browser: a Steamworks export dropped, refused, understood after a choice, loaded and trained on."""

import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from flows.data import Options
from flows.data.checking import check_table
from tests.webapp.browsing import DESKTOP, PHONE, chromium, reading
from tests.webapp.pages.test_model import RUN
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.settings import Settings
from webapp.texts import Language
from webapp.texts.data import TEXTS
from webapp.texts.data_check import TEXTS as CHECK_TEXTS
from webapp.texts.data_options import TEXTS as OPTION_TEXTS

pytestmark = pytest.mark.browser
EXPORT = Path(__file__).parents[2] / "cases" / "files" / "steamworks_export.csv"


class DataApi:
    """An API that reads tables as the worker does, and lists what was loaded. Each run ends when it is looked at."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self.runs: dict[str, dict[str, Any]] = {}
        self.versions: list[dict[str, Any]] = []
        self.current = 0

    def app(self) -> Starlette:
        return Starlette(
            routes=[
                Route("/data/files", self.upload, methods=["POST"]),
                Route("/data/checks/{name}", self.check),
                Route("/data/versions", self.list_versions),
                Route("/model/training", lambda _: JSONResponse(self.start("train", {}))),
                Route("/runs/{name}", self.look),
                Route("/data/{kind}", self.ask, methods=["POST"]),
            ]
        )

    async def upload(self, request: Request) -> JSONResponse:
        name = request.query_params["name"]
        (self.folder / name).write_bytes(await request.body())
        return JSONResponse({"id": "a" * 43, "name": name}, 201)

    def start(self, kind: str, body: dict[str, Any]) -> dict[str, Any]:
        moment = {"id": str(uuid4()), "created_at": datetime.now(UTC).isoformat()}
        run = RUN | moment
        self.runs[f"{run['id']}"] = run | {"kind": kind, "body": body}
        return run

    async def ask(self, request: Request) -> JSONResponse:
        kind, body = request.path_params["kind"], await request.json()
        self.asked.append((kind, body))
        return JSONResponse(self.start(kind, body), 202)

    def look(self, request: Request) -> JSONResponse:
        run = self.runs[request.path_params["name"]]
        if run["kind"] == "load" and not run.get("done"):
            version = {"version": f"v{len(self.versions) + 1}", "source": f"upload:{'a' * 43}/steamworks_export.csv"}
            made = {"created_at": run["created_at"], "rows": {"train": 200}, "options": run["body"]["options"]}
            self.versions.insert(0, version | made)
            self.current = 0
        if run["kind"] == "rollback":
            self.current = 1
        run["done"] = True
        return JSONResponse(run | {"state": "COMPLETED", "finished": True, "outcome": f"The {run['kind']} is done."})

    def check(self, request: Request) -> JSONResponse:
        options = Options.model_validate(self.runs[request.path_params["name"]]["body"]["options"])
        with tempfile.TemporaryDirectory() as out:
            now = datetime(2026, 11, 28, tzinfo=UTC)
            found = check_table(self.folder / EXPORT.name, Path(out), options, lambda _: None, None, now)
        return JSONResponse(found.model_dump(mode="json"))

    def list_versions(self, _: Request) -> JSONResponse:
        current = self.versions[self.current]["version"] if self.versions else None
        return JSONResponse({"current": current, "versions": self.versions})


@pytest.fixture
def data_api(tmp_path: Path) -> DataApi:
    return DataApi(tmp_path)


@pytest.fixture
def web(data_api: DataApi) -> Iterator[str]:
    with (
        serving(data_api.app()) as api,
        connect(api, 30) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def drop(page: Page, file: Path) -> None:
    page.locator("#data-file input[type=file]").set_input_files(file)


@pytest.mark.parametrize(
    ("language", "locale", "size"), [("es", "es-CO", PHONE), ("en", "en-US", DESKTOP)], ids=["es-phone", "en-desktop"]
)
def test_an_export_is_understood_loaded_trained_on_and_taken_back(
    browser: Browser, web: str, data_api: DataApi, language: Language, locale: str, size: tuple[int, int]
) -> None:
    texts, checks, options = TEXTS[language], CHECK_TEXTS[language], OPTION_TEXTS[language]
    with reading(browser, web, locale, size) as page:
        page.goto("/datos")
        expect(page.locator("#data-versions")).to_contain_text(texts.none_yet)
        drop(page, EXPORT)
        result = page.get_by_test_id("data-check")
        expect(result).to_contain_text(checks.refused, timeout=60_000)
        expect(page.get_by_role("button", name=texts.load)).to_have_count(0)
        page.get_by_label(options.options["aggregate"]).click()
        page.get_by_role("option", name=options.values["sum"]).click()
        page.get_by_role("button", name=texts.check).click()
        expect(result).to_contain_text(checks.accepted.format(name=EXPORT.name), timeout=60_000)
        expect(page.get_by_test_id("total")).to_contain_text("5")
        expect(page.locator("#data-chart .js-plotly-plot")).to_be_visible(timeout=30_000)
        page.screenshot(path=f"/tmp/datos-{language}.png", full_page=True)
        for _ in range(2):
            page.get_by_role("button", name=texts.load).click()
            expect(page.locator("#data-run")).to_contain_text(texts.trained, timeout=60_000)
        versions = page.get_by_test_id("data-version")
        expect(versions).to_have_count(2)
        expect(versions.first).to_contain_text(texts.current)
        versions.last.get_by_role("button").press("Enter")
        page.get_by_role("dialog").get_by_role("button", name=texts.confirm).click()
        expect(versions.last).to_contain_text(texts.current, timeout=60_000)
    kinds = [kind for kind, _ in data_api.asked]
    assert kinds == ["check", "check", "load", "load", "rollback"]
    assert data_api.asked[2][1]["options"] == {"aggregate": "sum"}
    assert UUID(next(iter(data_api.runs)))
