"""Times the web page as people meet it, in a real browser in front of a real API.

`python -m benchmarks.page` starts both, warms them up, and prints markdown: the first paint with an empty and with a
full cache, from a click to the number, and twenty people who ask at the same moment: in twenty browser contexts, and as
twenty clients that send what the browser sends.
"""

from __future__ import annotations

import argparse
import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, ExitStack, closing
from pathlib import Path
from statistics import quantiles
from tempfile import TemporaryDirectory

import httpx
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from benchmarks.page_servers import started
from benchmarks.serving import head, show

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
PATIENCE = 180_000
"""Milliseconds, for a machine that does much else."""
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime"
# From the click to the frame in which the new number stands, measured by the page itself, which sees no driver.
CLICK = """(button) => {
  window.asked = (at) => new Promise((tell) => setTimeout(() => {
    const start = performance.now();
    new MutationObserver((_, watch) => {
      const number = document.querySelector("[data-testid=prediction]:not([data-known])");
      if (!number) return;
      watch.disconnect();
      number.dataset.known = "";
      requestAnimationFrame(() => setTimeout(() => tell(performance.now() - start)));
    }).observe(document.body, { childList: true, subtree: true });
    document.querySelector(button).click();
  }, at - Date.now()));
}"""


def _chromium(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)


def opened(browser: Browser, url: str) -> Page:
    """A new reader at the page, ready to ask."""
    page = browser.new_context(locale="es-ES", viewport={"width": 1280, "height": 800}).new_page()
    page.set_default_timeout(PATIENCE)
    page.goto(url)
    page.locator("#ask").wait_for()
    page.wait_for_function("document.querySelector('#greeting .small')")  # it has said who answers
    page.evaluate(CLICK, "#ask")
    return page


def painted(browser: Browser, url: str, rounds: int) -> Iterator[tuple[float, float]]:
    """Milliseconds to the first paint with an empty cache, and again with what that left."""
    for _ in range(rounds):
        page = opened(browser, url)
        first = float(page.evaluate(PAINT))
        page.reload()
        page.locator("#ask").wait_for()
        yield first, float(page.evaluate(PAINT))
        page.context.close()


def clicked(browser: Browser, url: str, rounds: int, way: str) -> list[float]:
    """Milliseconds from each click to its number, by a kind of day or by a date."""
    page = opened(browser, url)
    if way == "#ask-date":
        page.get_by_role("tab").nth(1).click()
        page.locator(way).wait_for()
    page.evaluate(CLICK, way)
    times = [float(page.evaluate("window.asked(Date.now())")) for _ in range(rounds + 3)]
    page.context.close()
    return times[3:]


def crowd(browser: Browser, url: str, people: int) -> list[float]:
    """Milliseconds of each of so many browser contexts that press the button at one moment."""
    pages = [opened(browser, url) for _ in range(people)]
    at = 1000 * time.time() + 4000
    for page in pages:
        page.evaluate("(at) => { window.told = window.asked(at); }", at)
    times = [float(page.evaluate("window.told")) for page in pages]
    for page in pages:
        page.context.close()
    return times


def what_is_sent(browser: Browser, url: str) -> tuple[str, object]:
    """The request that a press of the button is."""
    page = opened(browser, url)
    with page.expect_request(lambda request: request.method == "POST" and "predict" in request.url) as sent:
        page.locator("#ask").click()
    address, body = sent.value.url, sent.value.post_data_json
    page.context.close()
    return address, body


async def asked_at_once(address: str, body: object, people: int, rounds: int) -> tuple[list[float], int]:
    """Milliseconds of that request, sent by so many clients at once, each of them `rounds` times; and failures."""
    times: list[float] = []
    failures = 0

    async def one(client: httpx.AsyncClient) -> None:
        nonlocal failures
        for _ in range(rounds):
            start = time.perf_counter()
            answer = await client.post(address, json=body, headers={"Accept-Language": "es"})
            times.append(1000 * (time.perf_counter() - start))
            failures += answer.status_code != httpx.codes.OK or 'data-testid=\\"prediction\\"' not in answer.text

    async with AsyncExitStack() as stack:
        made = [httpx.AsyncClient(timeout=60, trust_env=False) for _ in range(people)]  # a connection each
        clients = [await stack.enter_async_context(client) for client in made]
        await asyncio.gather(*map(one, clients))
    return times, failures


def line(name: str, times: Sequence[float], aim: str) -> None:
    """One row of the table."""
    cuts = quantiles(times, n=20, method="inclusive")
    show([name, str(len(times)), f"{cuts[9]:,.0f}", f"{cuts[18]:,.0f}", f"{max(times):,.0f}", aim])


def measure(url: str, rounds: int, people: int) -> None:
    """Open the browser, measure, print."""
    with sync_playwright() as playwright, closing(_chromium(playwright)) as browser:
        opened(browser, url).context.close()
        head("milliseconds", ["times", "p50", "p95", "most", "aim"])
        cold, warm = zip(*painted(browser, url, rounds), strict=True)
        line("first paint, empty cache", cold, "< 3,000")
        line("first paint, again", warm, "< 3,000")
        line("click to number, kind of day", clicked(browser, url, 5 * rounds, "#ask"), "< 300")
        line("click to number, date", clicked(browser, url, 5 * rounds, "#ask-date"), "< 300")
        line(f"{people} browser contexts at once", crowd(browser, url, people), "p95 < 1,000")
        sent = what_is_sent(browser, url)
    times, failures = asyncio.run(asked_at_once(*sent, people, rounds))
    line(f"{people} clients at once", times, "p95 < 1,000")
    print(f"\nFailed requests: {failures or 'none'}.")


def main() -> None:
    """Parse the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20, help="visits; five times as many clicks")
    parser.add_argument("--people", type=int, default=20, help="who ask at once")
    asked = parser.parse_args()
    with TemporaryDirectory() as name, ExitStack() as stack:
        measure(started(Path(name), stack), asked.rounds, asked.people)


if __name__ == "__main__":
    main()
