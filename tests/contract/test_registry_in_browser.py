"""*Registro* in a real browser, with the real API behind it."""

import pytest
from playwright.sync_api import Browser, expect

from tests.contract.conftest import ROWS
from tests.webapp.browsing import reading
from webapp.api.predictions import Question, predict
from webapp.client import ApiClient

pytestmark = pytest.mark.browser


def test_the_history_is_paged_and_refreshed(browser: Browser, web: str, api_served: ApiClient) -> None:
    for _ in range(2 * ROWS):
        predict(api_served, Question(weekday=1, season=1, holiday=0))
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
        predict(api_served, Question(weekday=4, season=1, holiday=0))
        page.get_by_role("button", name="Actualizar").click()
        expect(rows.first).to_contain_text("Jueves")


def test_an_empty_history_leads_to_the_first_prediction(browser: Browser, web_without_model: str) -> None:
    with reading(browser, web_without_model) as page:
        page.get_by_role("link", name="Registro").click()
        expect(page.locator("#history")).to_contain_text("Todavía no hay predicciones")
        page.get_by_role("link", name="Pedir la primera").click()
        expect(page.get_by_role("button", name="Obtener predicción")).to_be_visible()
