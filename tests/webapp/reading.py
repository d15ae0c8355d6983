"""What a person does on each page to get an answer, and where it stands then; the page, not the API, is looked at."""

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

from webapp.errors import FailureKind
from webapp.pages.site import PAGES
from webapp.texts import LANGUAGES, Language, Message, batch, failures, forecast, registry

LOCALES: Mapping[Language, str] = {"es": "es-CO", "en": "en-GB"}
SCHEMES: Mapping[Language, Literal["light", "dark"]] = {"es": "light", "en": "dark"}
"""So that each page is seen in both."""
PATHS = tuple(page.path for page in PAGES)
NAMES = {page.path: page.texts for page in PAGES}
PICTURES = Path("artifacts/pages")
_ANSWERS = {
    "": "#answer",
    "pronostico": "#forecast-said",
    "lote": "#batch-preview",
    "registro": "#history",
    "datos": "#data-versions",
    "modelo": "#champion",
}
_SEEN = """
window.said = [];
new MutationObserver((changes) => {
  for (const { addedNodes } of changes)
    for (const node of addedNodes)
      if (node.querySelectorAll)
        for (const waiting of node.querySelectorAll(".waiting")) window.said.push(waiting.textContent);
}).observe(document, { childList: true, subtree: true });
"""


def remember_waiting(page: Page) -> None:
    """Keep what a page says while it waits, however short."""
    page.add_init_script(_SEEN)


def waited(page: Page) -> list[str]:
    """What it said while it waited."""
    said: list[str] = page.evaluate("window.said")
    return said


def ask(page: Page, path: str, language: Language) -> None:
    """Do what gets an answer, where it does not come by itself; and again, for another one."""
    if path == "":
        page.locator("#ask").click()
    elif path == "lote":
        rows = page.get_by_label(batch.TEXTS[language].pasted)
        if not rows.is_visible():
            page.get_by_role("button", name=batch.TEXTS[language].paste).click()
        rows.fill("Date\n2026-12-24\n")
        page.locator("#batch-look").click()


def ask_again(page: Page, path: str, language: Language) -> None:
    """Do what gets another answer."""
    if path == "pronostico":
        others = page.get_by_role("group", name=forecast.TEXTS[language].days).locator("label:not(.selected)")
        others.first.click()
    elif path == "registro":
        page.get_by_role("button", name=registry.TEXTS[language].refresh).click()
    elif path in {"datos", "modelo"}:
        page.reload()
    else:
        ask(page, path, language)


def answer(page: Page, path: str) -> Locator:
    """Where the answer stands, or why there is none."""
    return page.locator(_ANSWERS[path])


def says(place: Locator, message: Message) -> None:
    """The place holds a message with its cure."""
    expect(place).to_contain_text(message.title)
    expect(place).to_contain_text(message.cure.replace("`", ""))


def fails(page: Page, path: str, language: Language, kind: FailureKind) -> None:
    """The page says what went wrong and what to do, in the reader's language, and nothing of what is inside."""
    says(answer(page, path).get_by_role("alert"), failures.TEXTS[language].of[kind])
    reads(page, path, language)
    other = next(each for each in LANGUAGES if each != language)
    expect(page.locator("body")).not_to_contain_text(failures.TEXTS[other].of[kind].title)


def reads(page: Page, path: str, language: Language) -> None:
    """What is true of every page in every state."""
    texts = NAMES[path][language]
    expect(page).to_have_title(f"{texts.name} · Steam Sales")
    expect(page.locator("html")).to_have_attribute("lang", language)
    expect(page.get_by_role("heading", level=1)).to_have_text(texts.heading)
    expect(page.locator("body")).not_to_contain_text("Traceback")
    expect(page.get_by_test_id("toast-body")).to_have_count(0)


def picture(page: Page, name: str) -> None:
    """Keep how it looks, for whoever looks at a run of CI."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=PICTURES / f"{name}.jpg", type="jpeg", quality=60, full_page=True)


def barriers(page: Page) -> list[str]:
    """What axe-core finds serious or critical for readers who see, hear or move differently."""
    found = Axe().run(page).response["violations"]
    return [
        f"{each['id']}: {[node['target'] for node in each['nodes']]}"
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]
