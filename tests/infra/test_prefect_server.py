"""Nobody starts a run on a real Prefect server but who has its password, and no page but its own may try."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import httpx
import pytest
from playwright.sync_api import Browser, expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect
from websockets.typing import Origin, Subprotocol

from tests.infra.launched import free_ports, until
from tests.infra.prefect_running import Running, embedded, without_password
from tests.webapp.browsing import chromium

EVIL = "https://evil.example"
# what a page of another site can send: with a preflight, and without one, since Prefect takes a body without a type
ATTACK = """async ([url, port]) => {
    const bodies = [["application/json", "{}"], ["text/plain", "{}"], [null, "{}"]];
    const answers = [];
    for (const [type, body] of bodies)
        for (const mode of ["cors", "no-cors"])
            for (const host of ["127.0.0.1", "localhost", "evil.localhost"]) {
                const headers = type && mode === "cors" ? {"content-type": type} : {};
                const sent = {method: "POST", mode, headers, body: new Blob([body], type ? {type} : {})};
                try {
                    const answer = await fetch(`http://${host}:${port}${url}`, sent);
                    answers.push(answer.type === "opaque" ? 0 : answer.status);
                } catch { answers.push(0); }
            }
    return answers;
}"""


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The embedded stack's."""
    with embedded(tmp_path_factory.mktemp("prefect")) as running:
        yield running


@pytest.fixture(scope="module")
def unlocked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One without a password."""
    with without_password(tmp_path_factory.mktemp("unlocked")) as running:
        yield running


@pytest.fixture(scope="module", params=["server", "unlocked"])
def either(request: pytest.FixtureRequest) -> Running:
    """Both, one after the other."""
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Running)
    return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[str]:
    """A web site of another origin."""
    with ThreadingHTTPServer(("127.0.0.1", free_ports(1)[0]), Elsewhere) as site:
        Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://localhost:{site.server_port}/"
        site.shutdown()


class Elsewhere(BaseHTTPRequestHandler):
    """An empty page."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        pass


def test_its_own_parts_and_its_own_page_start_runs(either: Running) -> None:
    path, before = f"/deployments/{either.deployment()}/create_flow_run", either.runs()
    with either.client() as client:
        assert client.post(path, json={}).status_code == 201
        assert client.post(path, json={}, headers={"Origin": either.url}).status_code == 201
    assert either.runs() == before + 2


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": EVIL}, {"Origin": "null"}, {"Origin": "http://127.0.0.1:1"}, {"Origin": "http://localhost:7860"},
        {"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"},
        {"Host": "evil.example"}, {"Host": "evil.example:4200"}, {"Host": "127.0.0.1.evil.example"},
        {"Host": "localhost.evil.example"}, {"Host": "localhost@evil.example"}, {"Host": ""},
        {"Host": "evil.example", "Origin": "http://evil.example"},
    ],
    ids=str,
)  # fmt: skip
def test_foreign_pages_and_foreign_names_start_none_even_with_the_password(
    either: Running, headers: dict[str, str]
) -> None:
    path, before = f"/deployments/{either.deployment()}/create_flow_run", either.runs()
    with either.client() as client:
        answer = client.post(path, json={}, headers=headers)
        asked = client.options(path, headers=headers | {"Access-Control-Request-Method": "POST"})
    assert (answer.status_code, asked.status_code) in {(403, 403), (403, 405)}
    assert not [name for one in (answer, asked) for name in one.headers if name.startswith("access-control-")]
    assert "own page" in answer.text or "IP address" in answer.text
    assert either.runs() == before


@pytest.mark.parametrize("login", [None, ("admin", ""), ("admin", "pass"), ("", "")])
def test_without_the_password_nothing_is_told_and_nothing_started(
    server: Running, login: tuple[str, str] | None
) -> None:
    path, before = f"/deployments/{server.deployment()}/create_flow_run", server.runs()
    with httpx.Client(base_url=f"{server.url}/api", auth=login, trust_env=False) as client:
        assert client.post(path, json={}).status_code == 401
        assert client.post("/deployments/filter", json={}).status_code == 401
        assert client.get("/admin/settings").status_code == 401
    assert server.runs() == before


def test_a_stream_of_events_is_its_own_pages_too(either: Running) -> None:
    url, prefect = f"ws://127.0.0.1:{either.port}/api/events/in", [Subprotocol("prefect")]
    with pytest.raises(InvalidStatus, match="403"), connect(url, origin=Origin(EVIL), subprotocols=prefect):
        pass
    with connect(url, origin=Origin(either.url), subprotocols=prefect) as stream:
        assert stream.subprotocol == "prefect"


@pytest.mark.browser
def test_a_web_site_that_the_browser_has_open_starts_no_run(either: Running, browser: Browser, elsewhere: str) -> None:
    path, before = f"/api/deployments/{either.deployment()}/create_flow_run", either.runs()
    page = browser.new_page()
    page.goto(elsewhere)
    answers = page.evaluate(ATTACK, [path, either.port])
    assert answers == [0] * 18
    assert either.runs() == before
    page.close()


@pytest.mark.browser
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_its_page_asks_for_the_password_once_and_lists_the_deployments(
    server: Running, browser: Browser, host: str
) -> None:
    server.deployment()
    url = f"http://{host}:{server.port}/deployments"
    page = browser.new_page()
    page.goto(url)
    page.get_by_placeholder("admin:pass").fill(server.login)
    page.get_by_role("button", name="Login").click()
    expect(page.get_by_text("a-deployment").first).to_be_visible()
    page.goto("about:blank")
    page.goto(url)
    expect(page.get_by_text("a-deployment").first).to_be_visible()
    until(lambda: page.url == url)
    page.close()
