"""A person in a real browser, the page, the API and a model: from a click to a row in Registro."""

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.webapp.browsing import DESKTOP, PHONE, reading
from webapp.api.client import ApiClient
from webapp.api.history import get_history
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS
from webapp.texts.predictions import TEXTS
from webapp.texts.registry import TEXTS as REGISTRY

pytestmark = pytest.mark.browser


def choose(page: Page, language: Language, weekday: int, season: int, holiday: int) -> None:
    days = DAYS[language]
    for group, choice in (
        (days.weekday, formats.weekday_names(language)[weekday]),
        (days.season, days.seasons[season]),
        (days.holiday, days.holidays[holiday]),
    ):
        page.get_by_role("group", name=group).get_by_label(choice, exact=True).check()


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("language", "locale"), [("es", "es-CO"), ("en", "en-US")])
def test_a_click_gives_a_prediction_which_then_stands_in_the_history(
    browser: Browser,
    web: str,
    api_served: ApiClient,
    language: Language,
    locale: str,
    size: tuple[int, int],
) -> None:
    texts = TEXTS[language]
    with reading(browser, web, locale, size) as page:
        choose(page, language, weekday=5, season=3, holiday=0)
        page.get_by_role("button", name=texts.ask).click()
        number = page.get_by_test_id("prediction")
        expect(number).to_be_in_viewport()
        stored = get_history(api_served, 1).items[0]
        assert (stored.weekday, stored.season, stored.holiday) == (5, 3, 0)
        expect(number).to_have_text(formats.format_units(stored.prediction, language))
        answer = page.locator("#answer")
        for limit in (stored.interval.lower, stored.interval.upper):
            expect(answer).to_contain_text(formats.format_units(limit, language))
        expect(answer).to_contain_text(texts.model_version.format(version=stored.model_version))
        expect(answer).not_to_contain_text(texts.unseen.title)
        page.get_by_role("link", name=REGISTRY[language].name).click()
        row = page.get_by_test_id("row").first
        expect(row).to_contain_text(formats.format_units(stored.prediction, language))
        expect(row).to_contain_text(f"{formats.weekday_names(language)[5]} · {DAYS[language].seasons[3]}")
        zone = formats.time_zone("America/Bogota")
        expect(row).to_contain_text(formats.format_time(stored.created_at, zone, language))


def test_a_kind_of_day_that_training_never_saw_is_warned_of(browser: Browser, web: str) -> None:
    with reading(browser, web) as page:
        choose(page, "es", weekday=1, season=1, holiday=1)
        page.get_by_role("button", name="Obtener predicción").click()
        expect(page.get_by_role("note")).to_contain_text(TEXTS["es"].unseen.title)


@pytest.mark.parametrize(
    ("locale", "title"), [("es-ES", "Todavía no hay un modelo"), ("en-GB", "There is no model yet")]
)
def test_before_the_first_training_the_page_says_what_to_do(
    browser: Browser, web_without_model: str, locale: str, title: str
) -> None:
    with reading(browser, web_without_model, locale, PHONE) as page:
        expect(page.get_by_role("alert")).to_contain_text(title)
        with page.expect_response("**/run/predict"):
            page.locator("#ask").click()
        expect(page.get_by_role("alert")).to_contain_text("make retrain")


def test_swagger_shows_every_operation_in_a_browser(browser: Browser, api_served: ApiClient) -> None:
    with reading(browser, str(api_served.http.base_url)) as page:  # its root leads to it
        expect(page.locator("#operations-Predictions-predict")).to_be_visible()
