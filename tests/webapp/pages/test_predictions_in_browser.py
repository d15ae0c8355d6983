"""*Predicciones* by date, its links, its switches and the login, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.webapp.browsing import DESKTOP, PHONE, chromium, reading
from tests.webapp.days_api import telling
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.auth.users import create_entry
from webapp.settings import Settings
from webapp.texts import Language
from webapp.texts.predictions import TEXTS

pytestmark = pytest.mark.browser
PASSWORD = "a long password"


@pytest.fixture(scope="module")
def api() -> Iterator[ApiClient]:
    with serving(telling()) as url, connect(url, 5) as http:
        yield ApiClient(http)


@pytest.fixture(scope="module")
def web(api: ApiClient) -> Iterator[str]:
    with serving(build_app(api, Settings())) as url:
        yield url


@pytest.fixture(scope="module")
def locked(api: ApiClient) -> Iterator[str]:
    with serving(build_app(api, Settings(web_users=create_entry("ana", "viewer", PASSWORD)))) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("language", "locale", "number"), [("es", "es-CO", "2.874"), ("en", "en-US", "2,874")])
def test_a_date_gives_a_number_its_week_and_a_link_that_opens_both_again(
    browser: Browser, web: str, language: Language, locale: str, number: str, size: tuple[int, int]
) -> None:
    texts = TEXTS[language]
    with reading(browser, web, locale, size) as page:
        page.get_by_role("tab", name=texts.by_date).click()
        page.get_by_label(texts.date, exact=True).fill("2026-12-25")
        page.get_by_role("button", name=texts.ask).click()
        expect(page.get_by_test_id("prediction")).to_have_text(number)
        expect(page.locator("#answer")).to_contain_text("Navidad")
        expect(page.locator("#week .main-svg").first).to_be_visible()
        expect(page).to_have_url(re.compile(rf"^{re.escape(web)}/\?id=[\w-]+$"))
        page.get_by_text("Ver como tabla" if language == "es" else "Show as a table").click()
        expect(page.get_by_role("row", name=texts.marked)).to_contain_text(number.replace("874", "900"))
        page.get_by_role("link", name=texts.link).click()
        expect(page.get_by_test_id("prediction")).to_have_text(number)
        expect(page.get_by_label(texts.date, exact=True)).to_have_value("2026-12-25")
        expect(page.locator("#answer")).to_contain_text(texts.stored.partition("{")[0])
        page.locator(".bar .language").click()
        expect(page.get_by_test_id("prediction")).to_have_text("2,874" if language == "es" else "2.874")


def test_dark_is_one_click_away_and_remembered(browser: Browser, web: str) -> None:
    with reading(browser, web) as page:
        switch = page.get_by_role("button", name="Modo oscuro")
        expect(switch).to_have_attribute("aria-pressed", "false")
        switch.click()
        expect(switch).to_have_attribute("aria-pressed", "true")
        page.get_by_role("link", name="Registro").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Registro")
        expect(page.locator("body.dark")).to_have_count(1)


def test_who_has_to_log_in_comes_back_to_where_they_were_going(browser: Browser, locked: str) -> None:
    with reading(browser, locked) as page:
        page.goto("/?date=2026-12-25")
        page.get_by_label("Usuario").fill("ana")
        page.get_by_label("Contraseña").fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        expect(page.get_by_label(TEXTS["es"].date, exact=True)).to_have_value("2026-12-25")
        expect(page.locator(".visitor")).to_contain_text("ana")


def test_a_session_that_ended_is_told_with_the_way_back(browser: Browser, locked: str) -> None:
    # not `reading`: a 401 is a fault to the browser's console
    with browser.new_context(base_url=locked, locale="es-ES") as context:
        page = context.new_page()
        page.goto("/")
        page.get_by_label("Usuario").fill("ana")
        page.get_by_label("Contraseña").fill(PASSWORD)
        page.get_by_role("button", name="Entrar").click()
        expect(page.locator(".visitor")).to_contain_text("ana")
        context.clear_cookies()
        page.get_by_role("button", name="Obtener predicción").click()
        expect(page.get_by_role("dialog")).to_contain_text("Su sesión terminó")
        page.get_by_role("link", name="Entrar de nuevo").click()
        expect(page.get_by_label("Usuario")).to_be_visible()


def test_who_logs_out_is_out_on_the_server_too(browser: Browser, locked: str) -> None:
    with reading(browser, locked) as page:
        page.get_by_role("button", name="English").click()
        page.get_by_label("User").fill("ana")
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Log in").click()
        expect(page.locator(".visitor")).to_contain_text("ana")
        (session,) = (cookie for cookie in page.context.cookies() if cookie["name"] == "session")
        page.get_by_role("button", name="Log out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.context.add_cookies([{"name": "session", "value": session["value"], "url": locked}])
        page.goto("/")
        expect(page.get_by_label("Password")).to_be_visible()
