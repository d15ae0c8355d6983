"""What a new user does on each step, by the names of `tour.steps`, in a real browser. Knows the page, no files of ours.

Each function brings the page to where its picture is to be taken, yields what shall be on it, and then goes on.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from pathlib import Path

import httpx
from playwright.sync_api import Locator, Page, expect

from infra.embedded.prefect_login import PrefectAuth
from tour.stack import Stack
from tour.steps import names
from webapp.rendering import formats
from webapp.texts import Language
from webapp.texts.days import TEXTS as DAYS

_RUN_MILLISECONDS = 300_000
_REASONS: Mapping[Language, str] = {"en": "The sales team trusts it more", "es": "Ventas confía más en ella"}
_TERMINAL = (
    "<body style='margin:0;padding:20px 28px;background:#11211f;color:#e6efec;font:15px/1.35 monospace'>"
    "<pre style='margin:0;font:inherit'>$ make up\n{said}</pre></body>"
)


@dataclass(frozen=True)
class Walker:
    """A reader at the page."""

    page: Page
    language: Language
    stack: Stack
    files: Path
    """Where they keep theirs."""

    def open(self, path: str) -> None:
        """Open a page of the web page."""
        self.page.goto(f"{self.stack.settings.web_url}/{path}")

    def card(self, within: str) -> Locator:
        """The card that holds something."""
        return self.page.locator(".card").filter(has=self.page.locator(within))


@dataclass(frozen=True)
class Part:
    """What is on a picture: from the top of `first` (or of the page) to the end of `last`, or what the window shows."""

    last: Locator | None = None
    first: Locator | None = None


Walk = Callable[[Walker], Iterator[Part]]


def start(walker: Walker) -> Iterator[Part]:
    """The terminal, with what `make up` really said."""
    walker.page.set_content(_TERMINAL.format(said=escape(walker.stack.said)))
    yield Part(walker.page.locator("pre"))


def ask(walker: Walker) -> Iterator[Part]:
    """A Friday in winter."""
    walker.open("")
    days = DAYS[walker.language]
    chosen = {"weekday": formats.weekday_names(walker.language)[5], "season": days.seasons[3]}
    for field, name in chosen.items():
        walker.page.locator(f"#{field}").get_by_label(name, exact=True).check()
    walker.page.locator("#ask").click()
    expect(walker.page.get_by_test_id("prediction")).to_be_visible()
    yield Part(walker.page.locator(".card.answer"))


def by_date(walker: Walker) -> Iterator[Part]:
    """The next Christmas Eve."""
    page, today = walker.page, date.today()  # noqa: DTZ011  (the reader's day, as the page's calendar takes it)
    eve = date(today.year, 12, 24)
    page.get_by_role("tab", name=names(walker.language)["by_date"]).click()
    page.locator("#date input").fill(str(eve if eve > today else eve.replace(year=today.year + 1)))
    page.locator("#ask-date").click()
    expect(page.locator("#week .point")).to_have_count(7)
    yield Part(page.locator(".card.week"))


def forecast(walker: Walker) -> Iterator[Part]:
    """The next thirty days."""
    walker.open("pronostico")
    expect(walker.page.locator("#forecast-chart .point").first).to_be_visible()
    yield Part(walker.card("#forecast-legend"))


def calendar(walker: Walker) -> Iterator[Part]:
    """The same days, below."""
    card = walker.card("#forecast-calendar")
    yield Part(card, first=card)


def what_if(walker: Walker) -> Iterator[Part]:
    """A cell under the pointer."""
    walker.page.locator("#forecast-what-if td.heat:visible").nth(13).hover()
    card = walker.card("#forecast-what-if")
    yield Part(card, first=card)


def batch(walker: Walker) -> Iterator[Part]:
    """A file with two rows that will not do."""
    walker.open("lote")
    _send(walker, [*_dates(6), "2026-02-30", *_dates(2), "soon"])
    expect(walker.page.locator("#batch-preview .verdict.bad")).to_be_visible()
    yield Part(walker.card("#batch-preview"))


def batch_done(walker: Walker) -> Iterator[Part]:
    """A better file, asked to its end."""
    walker.open("lote")
    _send(walker, _dates(60))
    walker.page.locator("#batch-ask").click()
    expect(walker.page.locator("#batch-download")).to_be_visible()
    card = walker.card("#batch-preview")
    yield Part(card, first=card)


def history(walker: Walker) -> Iterator[Part]:
    """The newest first."""
    walker.open("registro")
    expect(walker.page.locator("#registry-chart .point").first).to_be_visible()
    yield Part(walker.page.get_by_test_id("row").nth(5))


def model(walker: Walker) -> Iterator[Part]:
    """Who answers, and how right it is."""
    walker.open("modelo")
    expect(walker.page.locator("#accuracy-chart .point").first).to_be_visible()
    yield Part(walker.page.locator("#accuracy-chart"))


def retrain(walker: Walker) -> Iterator[Part]:
    """A training from its start to its end."""
    walker.open("modelo")
    walker.page.locator("#retrain").click()
    parts = walker.page.locator("[data-testid=run][data-state=RUNNING] li")
    expect(parts.nth(1)).to_be_visible(timeout=_RUN_MILLISECONDS)
    card = walker.card("#retrain")
    yield Part(card, first=card)
    _ended(walker)


def rollback(walker: Walker) -> Iterator[Part]:
    """The version before, with a reason."""
    walker.open("modelo")
    walker.page.locator("#versions [aria-haspopup]").first.click()
    dialog = walker.page.locator("dialog[open]")
    dialog.locator("[name=reason]").fill(_REASONS[walker.language])
    yield Part()
    dialog.get_by_role("button", name=names(walker.language)["confirm"], exact=True).click()
    _ended(walker)


def prefect(walker: Walker) -> Iterator[Part]:
    """The report of a training."""
    url, login = walker.stack.settings.prefect_url, walker.stack.prefect_login
    wanted = {"artifacts": {"key": {"any_": ["retrain-report"]}}}
    asked = httpx.post(f"{url}/api/artifacts/latest/filter", json=wanted, trust_env=False, auth=PrefectAuth(url, login))
    report = f"{url}/artifacts/artifact/{asked.raise_for_status().json()[0]['latest_id']}"
    walker.page.goto(report)
    walker.page.get_by_placeholder("admin:pass").fill(login)
    walker.page.get_by_role("button", name="Login").click()
    walker.page.wait_for_url(report)
    walker.page.reload()  # the page complains that nobody had logged in yet
    expect(walker.page.get_by_role("table").first).to_be_visible()
    yield Part()


def mlflow(walker: Walker) -> Iterator[Part]:
    """The run that made who answers."""
    found = httpx.get(f"{walker.stack.settings.api_url}/model/evaluation", trust_env=False).raise_for_status()
    walker.page.goto(found.json()["mlflow_run_url"])
    expect(walker.page.get_by_text("test_rmse").first).to_be_visible()
    walker.page.get_by_role("button", name="Close").first.click()  # of the assistant, which wants a model of its own
    yield Part()


def swagger(walker: Walker) -> Iterator[Part]:
    """The call that the first step made."""
    walker.page.goto(f"{walker.stack.settings.api_url}/docs")
    expect(walker.page.locator(".opblock").first).to_be_visible()
    yield Part()


def phone(walker: Walker) -> Iterator[Part]:
    """The first step, smaller and darker."""
    walker.page.set_viewport_size({"width": 360, "height": 740})
    walker.page.emulate_media(color_scheme="dark")
    yield from ask(walker)


WALKS: Mapping[str, Walk] = {
    "start": start, "ask": ask, "date": by_date, "forecast": forecast, "calendar": calendar, "what-if": what_if,
    "batch": batch, "batch-done": batch_done, "history": history, "model": model, "retrain": retrain,
    "rollback": rollback, "prefect": prefect, "mlflow": mlflow, "swagger": swagger, "phone": phone,
}  # fmt: skip


def _send(walker: Walker, rows: list[str]) -> None:
    file = walker.files / "days.csv"
    file.write_text("\n".join([DAYS[walker.language].date, *rows, ""]), encoding="utf-8")
    walker.page.locator("#batch-file input[type=file]").set_input_files(file)


def _dates(count: int) -> list[str]:
    return [str(date.today() + timedelta(days=ahead)) for ahead in range(1, count + 1)]  # noqa: DTZ011


def _ended(walker: Walker) -> None:
    run = walker.page.get_by_test_id("run")
    expect(run).to_have_attribute("data-state", "COMPLETED", timeout=_RUN_MILLISECONDS)
