"""The page in a real browser while the API is down, or too slow."""

import threading
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.webapp.browsing import DESKTOP, PHONE, chromium, reading
from tests.webapp.small_api import serving, silent
from tests.webapp.sockets import closed_port
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def without_api() -> Iterator[str]:
    with (
        connect(f"http://127.0.0.1:{closed_port()}", 5) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def with_slow_api() -> Iterator[str]:
    over = threading.Event()
    with (
        serving(silent(until=over)) as api,
        connect(api, 0.2) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        yield url
        over.set()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(
    ("locale", "button", "link", "title"),
    [
        ("es-CO", "Obtener predicción", "Registro", "La API no responde"),
        ("en-GB", "Get prediction", "History", "The API does not answer"),
    ],
)
def test_a_page_without_its_api_says_so_and_what_to_do(
    browser: Browser, without_api: str, locale: str, button: str, link: str, title: str, size: tuple[int, int]
) -> None:
    with reading(browser, without_api, locale, size) as page:
        expect(page.get_by_role("alert")).to_contain_text(title)
        with page.expect_response("**/run/predict"):
            page.get_by_role("button", name=button).click()
        expect(page.get_by_role("alert")).to_contain_text(title)
        expect(page.get_by_role("alert")).to_contain_text("make up")
        page.get_by_role("link", name=link).click()
        expect(page.get_by_role("alert")).to_contain_text(title)


def test_an_api_that_takes_too_long_is_not_waited_for(browser: Browser, with_slow_api: str) -> None:
    with reading(browser, with_slow_api) as page:
        page.get_by_role("button", name="Obtener predicción").click()
        expect(page.get_by_role("alert")).to_contain_text("La API tarda demasiado")


def test_the_other_language_is_one_click_away_and_remembered(browser: Browser, without_api: str) -> None:
    with reading(browser, without_api, "es-ES") as page:
        page.get_by_role("button", name="English").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How many sales to expect on Steam on such a day?")
        page.get_by_role("link", name="History").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("History")
        expect(page.locator("html")).to_have_attribute("lang", "en")


def test_the_page_has_a_name_of_its_own(browser: Browser, without_api: str) -> None:
    with reading(browser, without_api) as page:
        expect(page).to_have_title("Predicciones · Steam Sales")
        page.get_by_role("link", name="Registro").click()
        expect(page).to_have_title("Registro · Steam Sales")
        expect(page.locator("link[rel=icon]")).to_have_attribute("href", "./favicon.ico")


def test_everything_can_be_done_from_the_keyboard(browser: Browser, without_api: str) -> None:
    with reading(browser, without_api) as page:
        page.get_by_role("group", name="Día de la semana").get_by_label("Lunes").focus()
        for _ in range(6):
            page.keyboard.press("Tab")
        page.keyboard.press("Space")
        expect(page.get_by_label("Domingo")).to_be_checked()
