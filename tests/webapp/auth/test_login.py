"""Who is let in, as what, and what those are told who are not; without a browser."""

import re
from collections.abc import Iterator
from typing import Any

import gradio as gr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.testclient import TestClient

from tests.webapp.auth.logins import ANA, OLGA, PAGE, PROXY, USERS, log_in, visiting
from webapp.auth.login_attempts import AttemptLimits, LoginAttempts
from webapp.auth.roles import is_admin
from webapp.texts.login import TEXTS


@pytest.fixture
def client() -> Iterator[TestClient]:
    with visiting() as client:
        yield client


def test_a_stranger_is_led_to_the_login_and_back_to_where_they_were_going(client: TestClient) -> None:
    led = client.get("/registro?model_version=3", headers=PAGE)
    assert (led.status_code, led.headers["location"]) == (303, "./login?next=registro%3Fmodel_version%3D3")
    assert client.get(led.headers["location"], headers=PAGE).status_code == 200
    back = log_in(client, "ana", ANA, "registro?model_version=3")
    assert (back.status_code, back.headers["location"]) == (303, "./registro?model_version=3")
    assert client.get("/registro", headers=PAGE).json()["path"] == "/registro"


@pytest.mark.parametrize("path", ["/config", "/gradio_api/run/predict", "/visitor", "/static/js/x.js", "/health/../x"])
def test_what_a_page_asks_behind_the_back_is_401(client: TestClient, path: str) -> None:
    assert client.post(path).status_code == 401


@pytest.mark.parametrize(
    "path", ["/health", "/gradio_api/startup-events", "/favicon.ico", "/static/fonts/Quicksand/Quicksand-Bold.woff2"]
)
def test_pulses_and_what_the_login_is_made_of_are_open(client: TestClient, path: str) -> None:
    assert client.get(path).json()["path"] == path


@pytest.mark.parametrize(("name", "password", "may"), [("ana", ANA, False), ("olga", OLGA, True)])
def test_only_an_admin_is_admin(client: TestClient, name: str, password: str, may: bool) -> None:
    log_in(client, name, password)
    assert client.get("/modelo").json()["admin"] is may
    assert client.get("/visitor").json() == {"name": name, "role": "admin" if may else "viewer"}


@pytest.mark.parametrize(
    ("name", "password"), [("ana", OLGA), ("ana", ""), ("nobody", ANA), ("", ""), ("ana", ANA + " ")]
)
def test_a_wrong_name_and_a_wrong_password_are_told_alike(client: TestClient, name: str, password: str) -> None:
    refused = log_in(client, name, password)
    assert refused.status_code == 401
    assert TEXTS["en"].wrong.title in refused.text
    assert "set-cookie" not in refused.headers


def test_guessing_is_slowed_down_for_the_guesser_alone() -> None:
    with visiting(attempts=LoginAttempts(AttemptLimits(by_source=3))) as client:
        assert [log_in(client, "ana", "wrong").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
        assert log_in(client, "ana", ANA).status_code == 429
        assert log_in(client, "olga", OLGA).status_code == 303


def test_who_leaves_is_out(client: TestClient) -> None:
    log_in(client, "ana", ANA)
    assert client.post("/logout").headers["location"] == "./login"
    assert client.get("/", headers=PAGE).status_code == 303


def test_a_session_ends() -> None:
    with visiting(seconds=-1) as client:
        log_in(client, "ana", ANA)
        assert client.get("/config").status_code == 401


def test_a_session_is_good_for_its_server_and_its_accounts_alone(client: TestClient) -> None:
    log_in(client, "ana", ANA)
    session = client.cookies["session"]
    for changes in ({"secret": "t" * 32}, {"users": USERS[1:]}):
        with visiting(**changes) as other:
            other.cookies.set("session", session)
            assert other.get("/config").status_code == 401


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,"\\')))
def test_a_made_up_session_is_none(session: str) -> None:
    with visiting() as client:
        assert client.get("/config", headers={"Cookie": f"session={session}"}).status_code == 401


@pytest.mark.parametrize(
    "hostile", ["//evil.example", "https://evil.example", "../x", "a/b", "javascript:alert(1)", '"><b>']
)
def test_the_login_leads_nowhere_else(client: TestClient, hostile: str) -> None:
    assert hostile not in client.get("/login", params={"next": hostile}).text
    assert log_in(client, "ana", ANA, hostile).headers["location"] == "./"


def test_what_is_typed_does_not_become_markup(client: TestClient) -> None:
    assert "<img" not in log_in(client, "<img src=x>", "wrong").text


def test_an_endless_form_is_not_read(client: TestClient) -> None:
    assert log_in(client, "ana", "x" * 100_000).status_code == 401


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(client: TestClient) -> None:
    cookie = log_in(client, "ana", ANA).headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie


@pytest.mark.parametrize("role", ["viewer", "admin"])
def test_where_there_are_no_accounts_all_come_in_as_told(role: str) -> None:
    with visiting(users=(), role=role) as client:
        assert client.get("/modelo", headers=PAGE).json()["admin"] is (role == "admin")
        assert client.get("/login").json()["path"] == "/login"


def test_who_came_through_no_door_may_not_operate() -> None:
    assert not is_admin(gr.Request(request=Request({"type": "http", "headers": []})))
    assert not is_admin(gr.Request())


def through_a_proxy(peer: str, header: str, attempts: LoginAttempts, password: str = ANA) -> Any:
    """Log in by a proxy that speaks TLS, or by somebody who says to be one."""
    with visiting(peer, attempts=attempts) as client:
        forwarded = {"X-Forwarded-For": header, "X-Forwarded-Proto": "https"}
        return log_in(client, "ana", password, **forwarded)


def test_a_session_begun_over_tls_stays_on_tls() -> None:
    attempts = LoginAttempts()
    assert "secure" in through_a_proxy(PROXY, "203.0.113.9", attempts).headers["set-cookie"].lower()
    assert "secure" not in through_a_proxy("10.0.0.8", "203.0.113.9", attempts).headers["set-cookie"].lower()


def test_a_guesser_is_known_by_the_address_behind_the_proxy_and_no_forged_one() -> None:
    attempts = LoginAttempts(AttemptLimits(by_source=2))
    proxied = [through_a_proxy(PROXY, f"198.51.100.{n}, 203.0.113.9", attempts, "no") for n in range(3)]
    forged = [through_a_proxy("10.0.0.8", f"203.0.113.{n}", attempts, "no") for n in range(3)]
    assert [answer.status_code for answer in (*proxied, *forged)] == [401, 401, 429] * 2
    assert through_a_proxy(PROXY, "203.0.113.10", attempts).status_code == 303


def test_the_login_page_runs_and_shows_only_files_of_ours(client: TestClient) -> None:
    for page in (client.get("/login", headers=PAGE), log_in(client, "ana", "wrong")):
        policy = dict(part.split(" ", 1) for part in page.headers["Content-Security-Policy"].split("; "))
        assert "unsafe" not in page.headers["Content-Security-Policy"]
        assert (policy["default-src"], policy["script-src"], policy["form-action"]) == ("'none'", "'self'", "'self'")
        assert not re.search(r"<script(?! src=)|<style|\sstyle=|\son\w+=", page.text)
        assert page.headers["Cache-Control"] == "no-store"
        for name in re.findall(r'(?:src|href)="\./(login\.\w+)"', page.text):
            assert client.get(f"/{name}").status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
@pytest.mark.parametrize("path", ["/login", "/logout"])
def test_another_method_is_refused_before_the_pages(client: TestClient, method: str, path: str) -> None:
    assert client.request(method, path).status_code == 405


def test_who_follows_a_link_is_not_logged_out(client: TestClient) -> None:
    log_in(client, "ana", ANA)
    left = client.get("/logout", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"})
    assert (left.status_code, left.headers["Allow"]) == (405, "POST")
    assert client.get("/config").status_code == 200
