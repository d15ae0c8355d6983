"""Who is let in, as what, and what those are told who are not; without a browser."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import gradio as gr
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from webapp.accounts import admitted, entry, named, parse
from webapp.attempts import Attempts
from webapp.door import Door
from webapp.making_users import make_user
from webapp.middleware.proxy_headers import Forwarded
from webapp.texts.login import TEXTS
from webapp.visitors import may_operate

ANA, OLGA = "a long password", "another password"
ACCOUNTS = parse(f"{entry('ana', 'viewer', ANA)} {entry('olga', 'admin', OLGA)}")
PAGE = {"Accept": "text/html", "Accept-Language": "en"}


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Tells what a handler would find out."""
    may = may_operate(gr.Request(request=Request(scope)))
    await JSONResponse({"path": scope["path"], "may": may})(scope, receive, send)


@contextmanager
def door(**changes: Any) -> Iterator[TestClient]:
    told: dict[str, Any] = {"accounts": ACCOUNTS, "anybody": "viewer", "secret": "s" * 32, "seconds": 3600}
    yield TestClient(Door(inside, **{**told, "default": "es", **changes}), follow_redirects=False)


@pytest.fixture
def client() -> Iterator[TestClient]:
    with door() as client:
        yield client


def log_in(client: TestClient, name: str, password: str, following: str = "") -> Any:
    return client.post("/login", params={"next": following}, data={"name": name, "password": password}, headers=PAGE)


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
def test_only_an_admin_may_operate(client: TestClient, name: str, password: str, may: bool) -> None:
    log_in(client, name, password)
    assert client.get("/modelo").json()["may"] is may
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
    with door(attempts=Attempts(allowed=3, seconds=60)) as client:
        assert [log_in(client, "ana", "wrong").status_code for _ in range(5)] == [401, 401, 401, 429, 429]
        assert log_in(client, "ana", ANA).status_code == 429
        assert log_in(client, "olga", OLGA).status_code == 303


def test_after_a_while_one_may_try_again() -> None:
    now = [0.0]
    attempts = Attempts(allowed=2, seconds=60, clock=lambda: now[0])
    for _ in range(2):
        attempts.note("ana")
    assert attempts.too_many("ana")
    now[0] = 61
    assert not attempts.too_many("ana")


def test_who_leaves_is_out(client: TestClient) -> None:
    log_in(client, "ana", ANA)
    assert client.get("/logout").headers["location"] == "./login"
    assert client.get("/", headers=PAGE).status_code == 303


def test_a_session_ends() -> None:
    with door(seconds=-1) as client:
        log_in(client, "ana", ANA)
        assert client.get("/config").status_code == 401


def test_a_session_is_good_for_its_server_and_its_accounts_alone(client: TestClient) -> None:
    log_in(client, "ana", ANA)
    session = client.cookies["session"]
    for changes in ({"secret": "t" * 32}, {"accounts": ACCOUNTS[1:]}):
        with door(**changes) as other:
            other.cookies.set("session", session)
            assert other.get("/config").status_code == 401


@settings(deadline=None, max_examples=50)
@given(st.text(alphabet=st.characters(min_codepoint=33, max_codepoint=126, exclude_characters=';,"\\')))
def test_a_made_up_session_is_none(session: str) -> None:
    with door() as client:
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
    with door(accounts=(), anybody=role) as client:
        assert client.get("/modelo", headers=PAGE).json()["may"] is (role == "admin")
        assert client.get("/login").json()["path"] == "/login"


def test_who_came_through_no_door_may_not_operate() -> None:
    assert not may_operate(gr.Request(request=Request({"type": "http", "headers": []})))
    assert not may_operate(gr.Request())


def test_a_user_is_made_and_let_in() -> None:
    shown = make_user(["eva", "--role", "admin"], lambda _: "ten letters")
    kept = re.findall(r"eva:\S+", shown)
    (account,) = parse(kept[0])
    assert admitted((account,), "eva", "ten letters") == account
    assert "ten letters" not in shown


@pytest.mark.parametrize(
    ("arguments", "passwords"),
    [
        (["eva"], ["short", "short"]),
        (["eva"], [ANA, OLGA]),
        (["e v a"], [ANA, ANA]),
        (["eva", "--role", "king"], [ANA]),
    ],
)
def test_a_user_that_cannot_be_is_refused(arguments: list[str], passwords: list[str]) -> None:
    typed = iter(passwords)
    with pytest.raises(SystemExit) as ended:
        make_user(arguments, lambda _: next(typed))
    assert ended.value.code == 2


@pytest.mark.parametrize("entries", ["ana", "ana:viewer:x:y", f"ana:king:{'A' * 24}:{'A' * 44}", "a b"])
def test_an_entry_that_cannot_be_read_is_refused(entries: str) -> None:
    with pytest.raises(ValueError, match="python -m webapp user"):
        parse(entries)


def test_a_name_stands_once() -> None:
    with pytest.raises(ValueError, match="one name"):
        parse(f"{entry('ana', 'viewer', ANA)} {entry('ana', 'admin', OLGA)}")


def test_the_same_password_is_kept_differently_each_time() -> None:
    first, second = parse(entry("ana", "viewer", ANA)), parse(entry("ana", "viewer", ANA))
    assert named(first, "ana") != named(second, "ana")


def through_a_proxy(peer: str, header: str, attempts: Attempts, password: str = ANA) -> Any:
    """Log in by a proxy at 10.0.0.7 that speaks TLS, or by somebody who says to be one."""
    door = Door(inside, ACCOUNTS, "viewer", "s" * 32, 3600, "es", attempts)
    client = TestClient(Forwarded(door, "10.0.0.7"), follow_redirects=False, client=(peer, 1))
    client.headers = {"X-Forwarded-For": header, "X-Forwarded-Proto": "https"}
    return log_in(client, "ana", password)


def test_a_session_begun_over_tls_stays_on_tls() -> None:
    attempts = Attempts()
    assert "secure" in through_a_proxy("10.0.0.7", "203.0.113.9", attempts).headers["set-cookie"].lower()
    assert "secure" not in through_a_proxy("10.0.0.8", "203.0.113.9", attempts).headers["set-cookie"].lower()


def test_a_guesser_is_known_by_the_address_behind_the_proxy_and_no_forged_one() -> None:
    attempts = Attempts(allowed=2)
    proxied = [through_a_proxy("10.0.0.7", f"198.51.100.{n}, 203.0.113.9", attempts, "no") for n in range(3)]
    forged = [through_a_proxy("10.0.0.8", f"203.0.113.{n}", attempts, "no") for n in range(3)]
    assert [answer.status_code for answer in (*proxied, *forged)] == [401, 401, 429] * 2
    assert through_a_proxy("10.0.0.7", "203.0.113.10", attempts).status_code == 303
