"""Every page in both languages, at phone and desktop width, with the API up, down, slow and without a model."""

import re
import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.webapp.browsing import DESKTOP, PATIENCE, PHONE, fits, watching
from tests.webapp.reading import (
    LOCALES,
    PATHS,
    SCHEMES,
    answer,
    ask,
    barriers,
    fails,
    picture,
    reads,
    remember_waiting,
    says,
    waited,
)
from tests.webapp.small_api import serving, silent
from tests.webapp.sockets import closed_port
from webapp.api.client import ApiClient, connect
from webapp.api.predictions import PredictionRequest, predict
from webapp.app import build_app
from webapp.errors import FailureKind
from webapp.settings import Settings
from webapp.texts import LANGUAGES, Language, frame, registry

pytestmark = pytest.mark.browser
FAILING = {
    "down": FailureKind.UNREACHABLE,
    "slow": FailureKind.TOO_SLOW,
    "without_model": FailureKind.NO_MODEL,
}


@pytest.fixture(scope="module")
def up(web: str, api_served: ApiClient, documented: str) -> str:
    """All is well: a champion that was evaluated, and a history."""
    assert documented
    predict(api_served, PredictionRequest(weekday=1, season=1, holiday=1))
    return web


@pytest.fixture(scope="module")
def down() -> Iterator[str]:
    with (
        connect(f"http://127.0.0.1:{closed_port()}", 5) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def slow() -> Iterator[str]:
    over = threading.Event()
    with (
        serving(silent(until=over)) as api,
        connect(api, 0.2) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url
        over.set()


@pytest.fixture(scope="module")
def without_model(web_without_model: str) -> str:
    return web_without_model


@pytest.fixture(scope="module")
def readers(browser: Browser) -> Iterator[dict[Language, BrowserContext]]:
    """Somebody of each language, whose browser remembers what it has loaded."""
    made: dict[Language, BrowserContext] = {
        language: browser.new_context(
            locale=LOCALES[language], color_scheme=SCHEMES[language], timezone_id="America/Bogota"
        )
        for language in LANGUAGES
    }
    for each in made.values():
        each.set_default_navigation_timeout(PATIENCE)
    yield made
    for each in made.values():
        each.close()


def is_there(page: Page, path: str) -> None:
    """The page shows what it is for."""
    if path == "":
        expect(page.get_by_test_id("prediction")).to_have_text(re.compile(r"\d+"))
    elif path == "pronostico":
        expect(page.get_by_test_id("days").locator("tbody tr")).to_have_count(30)
        expect(page.locator("#forecast-chart .main-svg").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_test_id("what-if-0")).to_be_visible()
    elif path == "lote":
        expect(page.get_by_test_id("sample").locator("tbody tr")).to_have_count(1)
    elif path == "registro":
        expect(page.get_by_test_id("row").first).to_be_visible()
        expect(page.locator("#registry-chart .main-svg").first).to_be_visible(timeout=PATIENCE)
    else:
        expect(page.get_by_test_id("score").first).to_be_visible()
        expect(page.locator("#residuals-chart .main-svg").first).to_be_visible(timeout=PATIENCE)
        expect(page.get_by_test_id("version").first).to_be_visible()


@pytest.mark.parametrize("path", PATHS, ids=[path or "predicciones" for path in PATHS])
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("state", ["up", *FAILING])
def test_a_page_says_what_it_has_or_what_to_do(
    request: pytest.FixtureRequest, readers: dict[Language, BrowserContext], state: str, language: Language, path: str
) -> None:
    url = request.getfixturevalue(state)
    page = readers[language].new_page()
    page.set_viewport_size({"width": DESKTOP[0], "height": DESKTOP[1]})
    remember_waiting(page)
    with watching(page, url):
        page.goto(f"{url}/{path}")
        ask(page, path, language)
        if path == "datos" and state in {"up", "without_model"}:  # Prefect knows the data, and none runs here
            fails(page, path, language, FailureKind.PIPELINE_AWAY)
        elif state == "up":
            is_there(page, path)
        elif (state, path) == ("slow", "lote"):  # a large file may take a minute to look at
            expect(answer(page, path).get_by_role("status")).to_have_text(frame.TEXTS[language].loading)
        elif (state, path) == ("without_model", "registro"):  # nothing was ever asked
            says(answer(page, path).get_by_role("status"), registry.TEXTS[language].empty)
        else:
            fails(page, path, language, FAILING[state])
        reads(page, path, language)
        assert set(waited(page)) <= {frame.TEXTS[language].loading}
        assert path in {"", "lote"} or waited(page)
        if state in {"up", "down"}:
            assert barriers(page) == []
        for name, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
            page.set_viewport_size({"width": width, "height": height})
            fits(page)
            picture(page, f"{state}-{path or 'predicciones'}-{language}-{name}")
    page.close()
