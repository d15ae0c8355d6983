"""*Registro* in a real browser, with the real API behind it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.contract.conftest import ROWS
from tests.webapp.browsing import DESKTOP, PHONE, reading
from webapp.api.client import ApiClient
from webapp.api.predictions import PredictionRequest, predict
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.registry import TEXTS

pytestmark = pytest.mark.browser


def test_the_history_is_paged_and_refreshed(browser: Browser, web: str, api_served: ApiClient) -> None:
    for _ in range(2 * ROWS):
        predict(api_served, PredictionRequest(weekday=1, season=1, holiday=0))
    with reading(browser, web) as page:
        page.get_by_role("link", name="Registro").click()
        rows, number = page.get_by_test_id("row"), page.locator("#page-number")
        expect(number).to_have_text("Página 1")
        expect(rows).to_have_count(ROWS)
        expect(page.get_by_role("button", name="Más recientes")).to_be_disabled()
        page.get_by_role("button", name="Más antiguas").click()
        expect(number).to_have_text("Página 2")
        page.get_by_role("button", name="Más recientes").click()
        expect(number).to_have_text("Página 1")
        predict(api_served, PredictionRequest(weekday=4, season=1, holiday=0))
        page.get_by_role("button", name="Actualizar").click()
        expect(rows.first).to_contain_text("Jueves")


def test_an_empty_history_leads_to_the_first_prediction(browser: Browser, web_without_model: str) -> None:
    with reading(browser, web_without_model) as page:
        page.get_by_role("link", name="Registro").click()
        expect(page.locator("#history")).to_contain_text("Todavía no hay predicciones")
        page.get_by_role("link", name="Pedir la primera").click()
        expect(page.get_by_role("button", name="Obtener predicción")).to_be_visible()


@pytest.mark.parametrize(
    ("language", "locale", "size"), [("es", "es-CO", PHONE), ("en", "en-US", DESKTOP)], ids=["es-phone", "en-desktop"]
)
def test_what_is_filtered_can_be_shared_opened_and_taken_home(
    browser: Browser, web: str, api_served: ApiClient, language: Language, locale: str, size: tuple[int, int]
) -> None:
    texts, saturday = TEXTS[language], formats.weekday_names(language)[6]
    predict(api_served, PredictionRequest(weekday=6, season=2, holiday=0))
    predict(api_served, PredictionRequest(weekday=5, season=2, holiday=0))
    with reading(browser, web, locale, size) as page:
        page.goto("/registro")
        rows = page.get_by_test_id("row")
        expect(rows.first).to_contain_text(formats.weekday_names(language)[5])
        page.get_by_label(DAYS[language].weekday).select_option("6")
        page.get_by_role("button", name=texts.apply).click()
        expect(rows.first).to_contain_text(saturday)
        expect(page).to_have_url(f"{web}/registro?weekday=6")
        expect(page.locator("#registry-chart .js-plotly-plot")).to_be_visible()

        page.reload()
        expect(page.get_by_label(DAYS[language].weekday)).to_have_value("6")
        expect(rows.first).to_contain_text(saturday)
        for row in rows.all():
            expect(row).to_contain_text(saturday)

        rows.first.get_by_role("button").press("Enter")
        dialog = page.get_by_role("dialog")
        expect(dialog).to_contain_text(saturday)
        expect(dialog.get_by_role("link")).to_have_attribute("href", "./?weekday=6&season=2&holiday=0")
        page.keyboard.press("Escape")
        expect(dialog).to_have_count(0)

        with page.expect_download() as download:
            page.get_by_role("link", name="CSV").click()
        lines = download.value.path().read_text(encoding="utf-8").splitlines()
        assert {line.split(",")[2] for line in lines[1:]} == {"6"}


def test_filters_that_nothing_matches_are_cleared_by_a_click(browser: Browser, web: str, api_served: ApiClient) -> None:
    predict(api_served, PredictionRequest(weekday=6, season=2, holiday=0))
    with reading(browser, web) as page:
        page.goto("/registro?version=none")
        expect(page.locator("#history")).to_contain_text(TEXTS["es"].no_match.title)
        page.locator("#history").get_by_role("link", name=TEXTS["es"].clear).click()
        expect(page.get_by_test_id("row").first).to_be_visible()
