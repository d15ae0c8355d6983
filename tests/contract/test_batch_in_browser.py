"""A person sends a file in a real browser: looks at it, runs it, stops it, and takes the answers home."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.webapp.browsing import DESKTOP, PHONE, reading
from webapp.api.client import ApiClient
from webapp.texts import Language
from webapp.texts.batch import TEXTS

pytestmark = pytest.mark.browser
SIZES = pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
LANGUAGES = pytest.mark.parametrize(("language", "locale"), [("es", "es-CO"), ("en", "en-US")])


def go(page: Page, language: Language) -> None:
    page.get_by_role("link", name=TEXTS[language].name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(TEXTS[language].heading)


def send(page: Page, folder: Path, text: str) -> None:
    file = folder / "days.csv"
    file.write_text(text, encoding="utf-8")
    page.locator("#batch-file input[type=file]").set_input_files(file)


def download(page: Page, label: str) -> list[str]:
    with page.expect_download() as coming:
        page.get_by_role("link", name=label).or_(page.get_by_role("button", name=label)).click()
    return Path(coming.value.path()).read_text(encoding="utf-8").splitlines()


@SIZES
@LANGUAGES
def test_a_file_is_looked_at_asked_and_answered(
    browser: Browser, web: str, tmp_path: Path, language: Language, locale: str, size: tuple[int, int]
) -> None:
    texts = TEXTS[language]
    with reading(browser, web, locale, size) as page:
        go(page, language)
        send(page, tmp_path, "Fecha;Estación;Feriado;Día de la semana\n2026-12-25;;;\n;1;0;3\n")
        expect(page.get_by_test_id("sample").locator("tbody tr")).to_have_count(2)
        page.get_by_role("button", name=texts.ask_many.format(rows=2)).click()
        expect(page.get_by_text(texts.done.title.format(rows=2))).to_be_visible()
        lines = download(page, texts.download)
    assert [line.split(",")[2:6] for line in lines[1:]] == [["5", "3", "1", "2026-12-25"], ["3", "1", "0", ""]]


@SIZES
@LANGUAGES
def test_faults_stand_by_their_row_and_nothing_can_be_asked(
    browser: Browser, web: str, tmp_path: Path, language: Language, locale: str, size: tuple[int, int]
) -> None:
    with reading(browser, web, locale, size) as page:
        go(page, language)
        send(page, tmp_path, "DayOfWeek,Season,Holiday\n3,1,0\n3,9,0\n")
        row = page.get_by_test_id("faults").locator("tbody tr")
        expect(row).to_have_count(1)
        expect(row).to_contain_text(TEXTS[language].allowed["Season"])
        expect(page.locator("#batch-ask")).to_be_hidden()


def test_pasted_rows_do_as_well(browser: Browser, web: str) -> None:
    with reading(browser, web) as page:
        go(page, "es")
        page.get_by_role("button", name="O pegue filas").click()
        page.get_by_label(TEXTS["es"].pasted).fill("Fecha\n2026-12-24")
        page.get_by_role("button", name=TEXTS["es"].look).click()
        expect(page.get_by_test_id("sample")).to_contain_text("Jueves · Invierno")


def test_a_hundred_thousand_rows_run_with_a_bar_and_can_be_stopped(
    browser: Browser, web: str, api_served: ApiClient, tmp_path: Path
) -> None:
    with reading(browser, web) as page:
        go(page, "es")
        send(page, tmp_path, "DayOfWeek,Season,Holiday\n" + "3,1,0\n" * 100_000)
        page.get_by_role("button", name="Pedir 100.000 predicciones").click(timeout=60_000)
        expect(page.get_by_role("progressbar")).not_to_have_attribute("value", "0", timeout=60_000)
        page.get_by_role("button", name="Cancelar").click()
        expect(page.get_by_role("status").filter(has_text="Cancelado")).to_contain_text("guardadas en el Registro")
        answered = download(page, TEXTS["es"].download)[1:]
    assert 0 < len(answered) < 100_000
    stored = api_served.http.get(f"/registry/{answered[-1].split(',')[0]}")
    assert stored.status_code == 200


def test_what_is_no_such_file_is_refused_with_the_cure(browser: Browser, web: str, tmp_path: Path) -> None:
    with reading(browser, web) as page:
        go(page, "es")
        send(page, tmp_path, "a,b\n1,2\n")
        expect(page.get_by_role("alert")).to_contain_text("la primera línea debe nombrar las columnas")


def test_without_a_model_it_says_what_to_do(browser: Browser, web_without_model: str, tmp_path: Path) -> None:
    with reading(browser, web_without_model, "en-GB", PHONE) as page:
        go(page, "en")
        send(page, tmp_path, "Date\n2026-12-24\n")
        expect(page.get_by_role("alert")).to_contain_text("There is no model yet")
