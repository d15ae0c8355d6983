"""A person in a real browser, the page, the API and a model: from a click to a row in Registro."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service.app import create_app
from service.settings import Settings as ApiSettings
from tests.contract.conftest import has_history, without_model
from tests.service.conftest import until
from tests.webapp.browsing import DESKTOP, PHONE, chromium, reading
from tests.webapp.small_api import serving
from webapp import formats
from webapp.app import build_app
from webapp.client import ApiClient, connect
from webapp.contract import Prediction, Question
from webapp.settings import Settings
from webapp.texts import Texts
from webapp.texts.en import EN
from webapp.texts.es import ES

pytestmark = pytest.mark.browser
ROWS = 5


@pytest.fixture(scope="module")
def client(api_settings: ApiSettings) -> Iterator[ApiClient]:
    with serving(create_app(api_settings)) as api, connect(api, 5) as http:
        until(lambda: http.get("/health/ready").status_code == 200)
        yield ApiClient(http)


@pytest.fixture(scope="module")
def web(client: ApiClient) -> Iterator[str]:
    with serving(build_app(client, Settings(web_page_rows=ROWS))) as url:
        yield url


@pytest.fixture(scope="module")
def web_without_model(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    settings = without_model(tmp_path_factory.mktemp("empty"))
    with (
        serving(create_app(settings)) as api,
        connect(api, 5) as http,
        serving(build_app(ApiClient(http), Settings())) as url,
    ):
        until(lambda: has_history(http))
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


def newest(client: ApiClient) -> Prediction:
    return client.history(1).items[0]


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize(("texts", "locale"), [(ES, "es-CO"), (EN, "en-US")], ids=["es", "en"])
def test_a_click_gives_a_prediction_which_then_stands_in_the_history(
    browser: Browser,
    web: str,
    client: ApiClient,
    texts: Texts,
    locale: str,
    size: tuple[int, int],
) -> None:
    with reading(browser, web, locale, size) as page:
        choose(page, texts, weekday=5, season=3, holiday=0)
        page.get_by_role("button", name=texts.ask).click()
        number = page.get_by_test_id("prediction")
        expect(number).to_be_in_viewport()
        stored = newest(client)
        assert (stored.weekday, stored.season, stored.holiday) == (5, 3, 0)
        expect(number).to_have_text(formats.units(stored.prediction, texts.language))
        answer = page.locator("#answer")
        for limit in (stored.interval.lower, stored.interval.upper):
            expect(answer).to_contain_text(formats.units(limit, texts.language))
        expect(answer).to_contain_text(texts.model_version.format(version=stored.model_version))
        expect(answer).not_to_contain_text(texts.unseen.title)
        page.get_by_role("link", name=texts.registry).click()
        row = page.get_by_test_id("row").first
        expect(row).to_contain_text(formats.units(stored.prediction, texts.language))
        expect(row).to_contain_text(f"{formats.weekday_names(texts.language)[5]} · {texts.seasons[3]}")
        zone = formats.time_zone("America/Bogota")
        expect(row).to_contain_text(formats.moment(stored.created_at, zone, texts.language))


def choose(page: Page, texts: Texts, weekday: int, season: int, holiday: int) -> None:
    for group, choice in (
        (texts.weekday, formats.weekday_names(texts.language)[weekday]),
        (texts.season, texts.seasons[season]),
        (texts.holiday, texts.holidays[holiday]),
    ):
        page.get_by_role("group", name=group).get_by_label(choice, exact=True).check()


def test_a_kind_of_day_that_training_never_saw_is_warned_of(browser: Browser, web: str) -> None:
    with reading(browser, web) as page:
        choose(page, ES, weekday=1, season=1, holiday=1)
        page.get_by_role("button", name="Obtener predicción").click()
        expect(page.get_by_role("note")).to_contain_text(ES.unseen.title)


def test_the_history_is_paged_and_refreshed(browser: Browser, web: str, client: ApiClient) -> None:
    for _ in range(2 * ROWS):
        client.predict(Question(weekday=1, season=1, holiday=0))
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
        client.predict(Question(weekday=4, season=1, holiday=0))
        page.get_by_role("button", name="Actualizar").click()
        expect(rows.first).to_contain_text("Jueves")


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


def test_an_empty_history_leads_to_the_first_prediction(browser: Browser, web_without_model: str) -> None:
    with reading(browser, web_without_model) as page:
        page.get_by_role("link", name="Registro").click()
        expect(page.locator("#history")).to_contain_text("Todavía no hay predicciones")
        page.get_by_role("link", name="Pedir la primera").click()
        expect(page.get_by_role("button", name="Obtener predicción")).to_be_visible()
