"""The page as a server answers it, without a browser."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient
from starlette.websockets import WebSocketDisconnect

from tests.webapp.sockets import closed_port
from webapp.api.client import ApiClient, connect
from webapp.app import build_app
from webapp.auth.users import create_entry
from webapp.settings import Settings

SECRET = "4f1b8c0d9e2a73564f1b8c0d9e2a7356"
HERE = "http://127.0.0.1:7860"


@pytest.fixture(scope="module")
def api() -> Iterator[ApiClient]:
    """A client of an API that does not answer."""
    with connect(f"http://127.0.0.1:{closed_port()}", 5) as http:
        yield ApiClient(http)


@pytest.fixture(scope="module")
def page(api: ApiClient) -> Iterator[TestClient]:
    with TestClient(build_app(api, Settings(web_upload_limit=1_024)), base_url=HERE) as client:
        yield client


def test_it_is_healthy_whatever_the_api_is(page: TestClient) -> None:
    assert page.get("/health").json() == {"status": 200, "message": "OK"}


@pytest.mark.parametrize("path", ["/", "/registro"])
@pytest.mark.parametrize(("accept", "words"), [("es-ES", "Predicciones"), ("en-GB", "Predictions")])
def test_the_page_comes_in_the_browsers_language(page: TestClient, path: str, accept: str, words: str) -> None:
    answer = page.get(path, headers={"Accept-Language": accept})
    assert answer.status_code == 200
    assert words in answer.text
    assert "Accept-Language" in answer.headers["Vary"]


@pytest.mark.parametrize(("path", "accept", "name"), [("/", "es", "Predicciones"), ("/registro", "en", "History")])
def test_a_page_tells_its_language_and_name_before_any_script(
    page: TestClient, path: str, accept: str, name: str
) -> None:
    document = page.get(path, headers={"Accept-Language": accept}).text
    assert re.search(rf'<html\s+lang="{accept}"', document)
    assert f"<title>{name} · Steam Sales</title>" in document
    assert f'"title":"{name} · Steam Sales"' in document
    assert "Gradio!" not in document
    assert '"og:' not in document


def test_a_chosen_language_is_remembered(page: TestClient) -> None:
    answer = page.get("/", headers={"Accept-Language": "es", "Cookie": "language=en"})
    assert "Get prediction" in answer.text


@pytest.mark.parametrize("path", ["/", "/health", "/favicon.ico", "/config", "/nothing"])
def test_every_answer_holds_the_browser_to_this_server(page: TestClient, path: str) -> None:
    policy = page.get(path).headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "http" not in policy


def test_the_favicon_is_our_own(page: TestClient) -> None:
    answer = page.get("/favicon.ico")
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert "#0b5c63" in answer.text


@pytest.mark.parametrize("path", ["/docs", "/openapi.json", "/monitoring", "/gradio_api/runs", "/gradio_api/mcp/"])
def test_what_gradio_could_open_is_closed(page: TestClient, path: str) -> None:
    assert page.get(path).status_code in {403, 404}


def test_a_file_larger_than_the_limit_is_not_taken(page: TestClient) -> None:
    taken, refused = (page.post("/gradio_api/upload", files={"files": b"x" * size}) for size in (1_000, 2_000))
    assert (taken.status_code, refused.status_code) == (200, 413)


def test_nothing_is_reported_to_anybody(page: TestClient) -> None:
    config = page.get("/config").json()
    assert config["analytics_enabled"] is False


CHANGES = ["/gradio_api/queue/join", "/gradio_api/upload", "/gradio_api/run/predict", "/gradio_api/cancel", "/logout"]


@pytest.mark.parametrize("path", CHANGES)
@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "cross-site"}],
    ids=["origin", "null", "fetch"],
)
def test_nothing_is_changed_for_another_site(page: TestClient, path: str, headers: dict[str, str]) -> None:
    refused = page.post(path, json={}, headers=headers | {"Accept-Language": "en"})
    assert refused.status_code == 403
    assert "another web site" in refused.text
    assert page.post(path, json={}, headers={"Origin": HERE, "Sec-Fetch-Site": "same-origin"}).status_code != 403


@pytest.mark.parametrize("path", ["/", "/config", "/health", "/gradio_api/startup-events", "/gradio_api/upload"])
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", [HERE, "http://evil.example", "http://localhost:7860"])
def test_no_answer_allows_an_origin(page: TestClient, path: str, method: str, origin: str) -> None:
    answer = page.request(method, path, headers={"Origin": origin, "Access-Control-Request-Method": "POST"})
    assert [name for name in answer.headers if name.startswith("access-control")] == []


@pytest.mark.parametrize("name", ["X-Forwarded-Host", "X-Gradio-Server"])
def test_the_page_takes_its_address_from_nobody(api: ApiClient, name: str) -> None:
    settings = Settings(web_open="anyone who reaches it may look")
    with TestClient(build_app(api, settings), base_url=HERE) as client:
        assert "evil.example" not in client.get("/", headers={name: "http://evil.example"}).text


@pytest.mark.parametrize("headers", [{"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.9"}])
def test_without_users_the_page_serves_this_machine_alone(page: TestClient, headers: dict[str, str]) -> None:
    refused = page.get("/", headers=headers | {"Accept-Language": "en"})
    assert refused.status_code == 403
    assert "python -m webapp user" in refused.text


@pytest.mark.parametrize("path", ["/", "/registro", "/config", "/visitor", "/health", "/nothing"])
def test_what_depends_on_the_reader_is_not_stored(page: TestClient, path: str) -> None:
    assert page.get(path).headers["Cache-Control"] == "no-store"


def test_there_are_no_websockets(page: TestClient) -> None:
    for path in ("/", "/queue/join", "/gradio_api/queue/join"):
        with pytest.raises(WebSocketDisconnect), page.websocket_connect(path):
            pass


def test_a_page_that_is_open_to_all_is_not_reached_by_a_strangers_name(api: ApiClient) -> None:
    settings = Settings(web_open="anyone who reaches it may operate", web_host_names="Sales.example.org")
    with TestClient(build_app(api, settings), base_url=HERE) as client:
        refused = client.get("/health", headers={"Host": "evil.example:7860", "Accept-Language": "en"})
        assert refused.status_code == 403
        assert "WEB_HOST_NAMES" in refused.text
        for host in ("sales.example.org:8443", "192.0.2.7:7860", "localhost"):
            forwarded = {"Host": host, "X-Forwarded-For": "203.0.113.9"}
            assert client.get("/health", headers=forwarded).status_code == 200


@pytest.mark.parametrize(
    ("secret", "home", "status"), [(SECRET, "home", 200), (SECRET[::-1], "home", 401), (SECRET, "other", 401)]
)
def test_a_session_outlives_a_restart_with_its_secret_and_its_home(
    api: ApiClient, tmp_path: Path, secret: str, home: str, status: int
) -> None:
    password = "a long password"
    settings = Settings.model_validate(
        {
            "steam_sales_home": tmp_path / "home",
            "web_secret": SECRET,
            "web_users": create_entry("ana", "viewer", password),
        }
    )
    before = TestClient(build_app(api, settings), base_url=HERE)
    before.post("/login", data={"name": "ana", "password": password}, follow_redirects=False)
    changed = {"steam_sales_home": tmp_path / home, "web_secret": SecretStr(secret)}
    after = TestClient(build_app(api, settings.model_copy(update=changed)), base_url=HERE, cookies=before.cookies)
    assert after.get("/visitor").status_code == status
