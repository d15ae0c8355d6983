"""What may befall a reader in the middle of use, on every page in both languages; and the login page itself."""

from collections.abc import AsyncIterator, Callable, Iterator, Mapping

import pytest
from playwright.sync_api import Browser, Page, expect
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from tests.webapp.browsing import DESKTOP, PATIENCE, PHONE, chromium, fits
from tests.webapp.reading import LOCALES, PATHS, SCHEMES, answer, ask, ask_again, barriers, fails, picture, says
from tests.webapp.small_api import serving
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.auth.users import create_entry
from webapp.errors import FailureKind
from webapp.settings import Settings
from webapp.texts import LANGUAGES, Language, failures, frame, login

pytestmark = pytest.mark.browser
PASSWORD = "a long password"


async def _broken_off() -> AsyncIterator[str]:
    yield '{"version": "3", "items": ['
    raise ConnectionError


MOODS: Mapping[FailureKind, Callable[[], Response]] = {
    FailureKind.TOO_MANY: lambda: JSONResponse({"type": "/too-many-requests"}, 429, headers={"Retry-After": "17"}),
    FailureKind.REFUSED: lambda: JSONResponse({"type": "/key-missing", "title": "Traceback"}, 401),
    FailureKind.UNAVAILABLE: lambda: JSONResponse({"type": "/history-unavailable"}, 503),
    FailureKind.BROKEN: lambda: HTMLResponse("<h1>Welcome to a router</h1> Traceback"),
    FailureKind.UNREACHABLE: lambda: StreamingResponse(_broken_off()),
}


class Moody:
    """An API that does to everybody what its mood says."""

    mood = FailureKind.BROKEN

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await Request(scope, receive).body()
            response: Response = MOODS[self.mood]()
            await response(scope, receive, send)


@pytest.fixture(scope="module")
def api() -> Moody:
    return Moody()


@pytest.fixture(scope="module")
def locked(api: Moody) -> Iterator[str]:
    """The page in front of that API, for who logs in."""
    accounts = create_entry("ana", "admin", PASSWORD)
    with (
        serving(api) as address,
        connect(address, 20) as http,
        serving(build_app(ApiClient(http), Settings(web_users=accounts))) as url,
    ):
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module", params=LANGUAGES)
def reader(request: pytest.FixtureRequest, browser: Browser, locked: str) -> Iterator[tuple[Page, Language]]:
    """Somebody at the login page, on a phone; it stays open from test to test."""
    language: Language = request.param
    with browser.new_context(base_url=locked, locale=LOCALES[language], color_scheme=SCHEMES[language]) as context:
        context.set_default_navigation_timeout(PATIENCE)
        yield context.new_page(), language


def log_in(page: Page, language: Language, password: str = PASSWORD) -> None:
    texts = login.TEXTS[language]
    page.get_by_label(texts.user).fill("ana")
    page.get_by_label(texts.word).fill(password)
    page.get_by_role("button", name=texts.enter).click()


def test_the_login_page_says_what_was_wrong(reader: tuple[Page, Language]) -> None:
    page, language = reader
    page.goto("/login?next=lote")
    log_in(page, language, "wrong")
    says(page.get_by_role("alert"), login.TEXTS[language].wrong)
    expect(page).to_have_title(f"{login.TEXTS[language].title} · Steam Sales")
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert barriers(page) == []
    for name, (width, height) in (("desktop", DESKTOP), ("phone", PHONE)):
        page.set_viewport_size({"width": width, "height": height})
        fits(page)
        picture(page, f"login-{language}-{name}")


@pytest.mark.parametrize("path", PATHS, ids=[path or "predicciones" for path in PATHS])
def test_whatever_happens_in_the_middle_is_said_with_what_to_do(
    reader: tuple[Page, Language], api: Moody, path: str
) -> None:
    page, language = reader
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto(f"/login?next={path}")
    log_in(page, language)
    expect(page.locator(".visitor")).to_contain_text("ana")
    ask(page, path, language)
    for mood in MOODS:
        api.mood = mood
        ask_again(page, path, language)
        fails(page, path, language, mood)
        wait = failures.TEXTS[language].wait.format(seconds=17)
        message = expect(answer(page, path))
        message.to_contain_text(wait) if mood is FailureKind.TOO_MANY else message.not_to_contain_text(wait)
    fits(page)
    page.context.clear_cookies()
    if path in {"datos", "modelo"}:
        page.locator("#data-again" if path == "datos" else "#retrain").click()
    else:
        ask_again(page, path, language)
    says(page.get_by_role("dialog"), frame.TEXTS[language].expired)
    back = page.get_by_role("link", name=frame.TEXTS[language].log_in)
    expect(back).to_be_focused()
    expect(back).to_have_attribute("href", f"./login?next={path}")
    assert faults == []
