"""A person looks ahead in a real browser: days, holidays, a file, and what if the day were another."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.webapp.browsing import DESKTOP, PHONE, reading
from webapp.api.client import ApiClient
from webapp.api.forecast import get_all_combinations, get_forecast
from webapp.api.history import get_history
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.forecast import TEXTS
from webapp.views.forecast import inputs_cell

pytestmark = pytest.mark.browser
CHRISTMAS_EVE = date(2026, 12, 24)


def go(page: Page, language: Language) -> None:
    page.get_by_role("link", name=TEXTS[language].name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEXTS[language].heading)
    expect(rows(page)).to_have_count(30)


def rows(page: Page) -> Locator:
    return page.get_by_test_id("days").locator("tbody tr")


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("language", "locale"), [("es", "es-CO"), ("en", "en-US")])
def test_the_days_from_a_date_on_are_shown_and_taken_home(
    browser: Browser, web: str, api_served: ApiClient, language: Language, locale: str, size: tuple[int, int]
) -> None:
    texts, stored_before = TEXTS[language], get_history(api_served, 1)
    with reading(browser, web, locale, size) as page:
        go(page, language)
        page.get_by_label(texts.start).fill(CHRISTMAS_EVE.isoformat())
        expect(rows(page).first.locator("time")).to_have_attribute("datetime", "2026-12-24")
        page.get_by_role("group", name=texts.days).get_by_label("7", exact=True).check()
        expect(rows(page)).to_have_count(7)
        said = get_forecast(api_served, CHRISTMAS_EVE, 7, language)
        christmas = said.days[1]
        expect(rows(page).nth(1)).to_contain_text(formats.format_units(christmas.prediction, language))
        expect(rows(page).nth(1)).to_contain_text(christmas.holiday_name or "no name")
        expect(page.locator("#forecast-chart")).to_contain_text(christmas.holiday_name or "no name")
        expect(page.locator("#forecast-legend")).to_contain_text(texts.said_today.format(version=said.model_version))
        with page.expect_download() as coming:
            page.get_by_role("link", name=texts.download).click()
        lines = Path(coming.value.path()).read_text(encoding="utf-8").splitlines()
        assert [line.split(",")[0] for line in lines[1:]] == [str(CHRISTMAS_EVE + timedelta(days=n)) for n in range(7)]
    assert get_history(api_served, 1) == stored_before


def test_it_begins_with_the_readers_tomorrow(browser: Browser, web: str) -> None:
    with reading(browser, web, zone="Pacific/Kiritimati") as page:
        go(page, "es")
        tomorrow = page.evaluate("new Date(Date.now() + 86400000).toLocaleDateString('sv')")
        expect(rows(page).first.locator("time")).to_have_attribute("datetime", tomorrow)


@pytest.mark.parametrize(("language", "locale", "size"), [("es", "es-CO", PHONE), ("en", "en-US", DESKTOP)])
def test_a_combination_is_read_by_pointer_and_by_keyboard(
    browser: Browser, web: str, api_served: ApiClient, language: Language, locale: str, size: tuple[int, int]
) -> None:
    said = {(each.weekday, each.season, each.holiday): each for each in get_all_combinations(api_served).inputs}
    with reading(browser, web, locale, size) as page:
        go(page, language)
        page.locator("label:has(input[name=what-if-holiday][value='1'])").click()
        cells = page.get_by_test_id("what-if-1").locator("[data-tell]")
        readout = page.locator(".readout")
        cells.nth(0).hover()
        expect(readout).to_have_text(inputs_cell(language, said[(1, 4, 1)]))
        cells.nth(0).focus()
        page.keyboard.press("Tab")
        expect(readout).to_have_text(inputs_cell(language, said[(1, 1, 1)]))
        expect(page.get_by_test_id("what-if-0")).to_be_hidden()


def test_without_a_model_both_say_what_to_do(browser: Browser, web_without_model: str) -> None:
    with reading(browser, web_without_model, "en-GB", PHONE) as page:
        page.get_by_role("link", name="Forecast").click()
        expect(page.locator("#forecast-said")).to_contain_text("make retrain")
        expect(page.locator("#forecast-what-if")).to_contain_text("make retrain")
