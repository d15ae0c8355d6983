"""Debian's Chromium for tests, and what every page must keep to in it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PHONE, DESKTOP = (360, 740), (1280, 800)
PATIENCE = 120_000
"""Milliseconds for the first page of a server that is still being built, on a machine that does much else."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium, or a skipped test where there is none; CI must have it."""
    if not CHROMIUM.exists():
        reason = f"there is no {CHROMIUM}: install it with `apt-get install chromium`"
        pytest.fail(reason) if os.environ.get("CI") == "true" else pytest.skip(reason)
    expect.set_options(timeout=30_000)  # a machine that does other things at once is slow, not wrong
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def reading(
    browser: Browser, url: str, locale: str = "es-ES", size: tuple[int, int] = DESKTOP, zone: str = "America/Bogota"
) -> Iterator[Page]:
    """A person's page. When they are done, it must have fitted its width, kept to its server and had no fault."""
    context = browser.new_context(
        base_url=url, locale=locale, timezone_id=zone, viewport={"width": size[0], "height": size[1]}
    )
    try:
        with watching(context.new_page(), url) as page:
            page.goto("/")
            yield page
    finally:
        context.close()


@contextmanager
def watching(page: Page, url: str) -> Iterator[Page]:
    """See to what must be true of every page of the server at `url`."""
    asked: list[str] = []
    faults: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda line: faults.append(line.text) if line.type == "error" else None)
    yield page
    fits(page)
    assert {part.netloc for part in map(urlsplit, asked) if part.scheme.startswith("http")} == {urlsplit(url).netloc}
    assert not faults, faults


def fits(page: Page) -> None:
    """Nothing is scrolled to the side."""
    size = page.viewport_size
    assert size
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
