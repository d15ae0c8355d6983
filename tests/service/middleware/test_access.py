"""Who comes in, how often, and with what protection: over the API itself."""

import re
import sqlite3
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest
from litestar.testing import TestClient
from pydantic import ValidationError

from service.app import create_app
from service.model_loading import disk_cache
from service.security.api_keys import SCOPES, Scope, digest_of, find_key, format_entry, new_key, parse_keys
from service.security.rate_limit import RateLimiter
from service.security.scopes import scope_of
from service.settings import Settings
from tests.service.conftest import CODES, Client, champion, until

KEYS: dict[Scope, str] = {scope: new_key() for scope in SCOPES}
API_KEYS = " ".join(format_entry(f"{scope}er", [scope], key) for scope, key in KEYS.items())
OPEN = ["/health", "/health/live", "/health/live/", "/docs", "/docs/assets/swagger-ui.css", "/schema/openapi.json", "/"]
PROTECTED = [
    ("POST", "/predict/", "predict"),
    ("POST", "/predict", "predict"),
    ("POST", "/predict/batch", "predict"),
    ("GET", "/registry/", "read"),
    ("GET", "/registry/export", "read"),
    ("GET", "/registry/019ab0f2-6b1e-7c3a-9d52-0c1f6c1d2e3f", "read"),
    ("GET", "/model", "read"),
    ("GET", "/metrics", "read"),
    ("GET", "/health/ready", "read"),
    ("GET", "/nowhere", "read"),
    ("GET", "/docs/nowhere", "read"),
    ("GET", "//health/ready", "read"),
    ("POST", "/nowhere", "admin"),
    ("OPTIONS", "/predict/", "predict"),
]
# its id is no UUID: nobody expects that
FAULTY_ROW = "INSERT INTO predictions VALUES ('0', '2026-01-01', 1, 1, 0, NULL, 1, .9, 0, 2, '1', 1, NULL)"


@contextmanager
def api(settings: Settings, **changes: Any) -> Iterator[Client]:
    """The API with a champion on disk, and other settings."""
    disk_cache.save(settings.state, champion())
    with TestClient(create_app(settings.model_copy(update=changes))) as client:
        until(lambda: client.get("/health").status_code == 200)
        yield client


@pytest.fixture
def locked(settings: Settings) -> Iterator[Client]:
    """The API with a key for each scope."""
    with api(settings, api_keys=API_KEYS) as client:
        yield client


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


@pytest.mark.parametrize("path", OPEN)
def test_the_papers_and_the_pulse_want_no_key(locked: Client, path: str) -> None:
    assert locked.get(path).status_code == 200


@pytest.mark.parametrize(("method", "path", "scope"), PROTECTED)
def test_all_else_wants_a_key_that_opens_it(locked: Client, method: str, path: str, scope: Scope) -> None:
    missing = locked.request(method, path, json=CODES)
    assert (missing.status_code, missing.json()["type"]) == (401, "/problems/key-missing")
    assert missing.headers["www-authenticate"] == "Bearer"
    assert missing.headers["content-type"] == "application/problem+json"
    for name, key in KEYS.items():
        answer = locked.request(method, path, json=CODES, headers=bearer(key))
        assert (answer.status_code == 403) is (name not in {scope, "admin"}), (name, answer.text)
        assert answer.status_code != 401


def test_every_route_of_the_document_is_behind_the_doors(locked: Client) -> None:
    paths = locked.get("/schema/openapi.json").json()["paths"]
    free = [(path, method) for path, item in paths.items() for method in item if not scope_of(method.upper(), path)]
    assert sorted(free) == [("/health", "get"), ("/health/live", "get")]
    for item in paths.values():
        for operation in item.values():
            assert ("401" in operation["responses"]) is ("security" in operation)


@pytest.mark.parametrize(
    "sent",
    ["", "Bearer", "Bearer ", "Bearer x", f"Basic {KEYS['admin']}", f"Bearer {'x' * 9000}"],
    ids=["nothing", "no key", "an empty key", "a wrong key", "another scheme", "a long key"],
)
def test_what_is_no_key_opens_nothing(locked: Client, sent: str) -> None:
    assert locked.get("/model", headers={"Authorization": sent}).status_code == 401
    assert locked.get("/model", headers={"Authorization": f"Bearer {digest_of(KEYS['admin'])}"}).status_code == 401
    assert locked.get("/model", headers=[(b"Authorization", b"Bearer \xff\x00")]).status_code == 401


def test_a_key_may_be_one_of_several_scopes_and_the_scheme_in_any_case(settings: Settings) -> None:
    key = new_key()
    with api(settings, api_keys=format_entry("page", ["read", "predict"], key)) as client:
        assert client.post("/predict/", json=CODES, headers={"Authorization": f"bearer {key}"}).status_code == 200
        assert client.get("/registry/", headers=bearer(key)).status_code == 200


def test_each_key_has_idempotency_keys_of_its_own(settings: Settings) -> None:
    keys = [new_key(), new_key()]
    entries = " ".join(format_entry(f"user{number}", ["predict"], key) for number, key in enumerate(keys))
    with api(settings, api_keys=entries) as client:
        answers = [client.post("/predict/", json=CODES, headers=bearer(k) | {"Idempotency-Key": "1"}) for k in keys]
        assert len({answer.json()["id"] for answer in answers}) == 2


def test_the_command_makes_a_key_that_works() -> None:
    command = [sys.executable, "-m", "service", "key", "page", "--scope", "read", "--scope", "admin"]
    printed = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    key, kept = re.findall(r"^  (\S+)$", printed, re.MULTILINE)
    found = find_key(parse_keys(kept), key)
    assert found is not None
    assert found.name == "page"
    assert sorted(found.scopes) == ["admin", "read"]
    assert len(key) >= 43
    assert key not in kept


@pytest.mark.parametrize(
    "entries", ["page", "page:read:12", f"page:write:{'0' * 64}", f"a:read:{'0' * 64} a:read:{'1' * 64}"]
)
def test_keys_that_cannot_be_are_refused_at_start(entries: str) -> None:
    with pytest.raises(ValidationError, match=r"python -m service key|one name"):
        Settings(api_keys=entries)


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("opened", ["", "anyone who reaches it may use it"])
@pytest.mark.parametrize(
    "entries", [" ", "\t \n", "\r\n", "\u00a0", "\u200b", ",", " , ", ";", '""', "''", "-", "none"]
)
def test_keys_that_are_set_and_none_are_refused_wherever_it_listens(
    monkeypatch: pytest.MonkeyPatch, host: str, opened: str, entries: str
) -> None:
    for name, value in {"API_HOST": host, "API_OPEN": opened, "API_KEYS": entries}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="python -m service key"):
        Settings()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose file hands on `NAME=` where nothing was said."""
    monkeypatch.setenv("API_KEYS", "")
    assert Settings(api_host="127.0.0.1").keys == ()
    with pytest.raises(ValidationError, match="python -m service key"):
        Settings(api_host="0.0.0.0")


@pytest.mark.parametrize("words", [" ", ",", '""', "yes"])
def test_what_opens_it_is_said_in_those_words_only(monkeypatch: pytest.MonkeyPatch, words: str) -> None:
    monkeypatch.setenv("API_OPEN", words)
    with pytest.raises(ValidationError, match="api_open"):
        Settings(api_host="0.0.0.0")


def test_the_digest_of_an_empty_key_opens_nothing() -> None:
    with pytest.raises(ValidationError, match="empty key"):
        Settings(api_keys=format_entry("page", ["admin"], ""))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "api.example.org"])
def test_without_keys_it_listens_on_this_machine_only_unless_told_in_words(host: str) -> None:
    with pytest.raises(ValidationError, match="python -m service key"):
        Settings(api_host=host)
    with pytest.raises(ValidationError):
        Settings.model_validate({"api_host": host, "api_open": "true"})
    assert Settings(api_host=host, api_open="anyone who reaches it may use it").api_host == host
    assert Settings(api_host=host, api_keys=API_KEYS).api_host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.9", "::1", "localhost"])
def test_on_this_machine_it_needs_no_key(host: str) -> None:
    assert Settings(api_host=host).api_keys is None


@pytest.mark.parametrize("keys", ["", "  \n", ","])
def test_the_process_says_in_a_sentence_why_it_does_not_start(keys: str) -> None:
    told = {"API_HOST": "0.0.0.0", "API_KEYS": keys}
    started = subprocess.run(
        [sys.executable, "-m", "service"], env=told, capture_output=True, text=True, check=False, timeout=60
    )
    assert started.returncode != 0
    assert "Traceback" not in started.stderr
    assert "api_keys" in started.stderr.lower()
    assert "python -m service key" in started.stderr


def test_whoever_asks_too_often_is_told_when_to_come_back(settings: Settings) -> None:
    with api(settings, api_rate_limit=3) as client:
        assert [client.post("/predict/", json=CODES).status_code for _ in range(3)] == [200] * 3
        answer = client.post("/predict/", json=CODES)
        assert (answer.status_code, answer.json()["type"]) == (429, "/problems/too-many-requests")
        assert 0 < int(answer.headers["retry-after"]) <= 20
        assert client.get("/health").status_code == 200


def test_what_no_route_sees_is_counted(settings: Settings) -> None:
    with api(settings, api_keys=API_KEYS, api_rate_limit=5) as client:
        before = refused(client)
        client.get("/model")
        client.get("/metrics", headers=bearer(KEYS["predict"]))
        client.get("/nowhere", headers=bearer(KEYS["read"]))
        client.put("/predict/", headers=bearer(KEYS["predict"]))
        told = [client.post("/predict/", json=CODES, headers=bearer(KEYS["predict"])).status_code for _ in range(10)]
        assert 429 in told
        once = dict.fromkeys(("401", "403", "404", "405"), 1)
        assert refused(client) - before == Counter({**once, "429": told.count(429)})


def refused(client: Client) -> Counter[str]:
    """How many requests no route saw, by their status."""
    text = client.get("/metrics", headers=bearer(KEYS["read"])).text
    lines = re.findall(r'^steam_sales_requests_total{.*path="\(none\)",status_code="(\d+)"} (\S+)$', text, re.MULTILINE)
    counted = Counter[str]()
    for status, count in lines:
        counted[status] += int(float(count))
    return counted


def test_a_limit_gives_back_what_time_has_earned() -> None:
    now = [0.0]
    limiter = RateLimiter(60, lambda: now[0])
    assert [limiter.seconds_to_wait("a") for _ in range(61)] == [0] * 60 + [1]
    assert limiter.seconds_to_wait("b") == 0
    now[0] = 2.0
    assert [limiter.seconds_to_wait("a") for _ in range(3)] == [0, 0, 1]


@pytest.mark.parametrize("path", ["/health", "/predict/", "/nowhere", "/docs"])
def test_every_answer_carries_the_headers_that_protect(client: Client, path: str) -> None:
    answer = client.post(path, json=CODES) if path == "/predict/" else client.get(path)
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert len(answer.headers.get_list("content-security-policy")) == 1


def test_a_fault_of_the_service_shows_nothing_of_its_inside(client: Client, settings: Settings) -> None:
    with closing(sqlite3.connect(settings.state / "history.db")) as history, history:
        history.execute(FAULTY_ROW)
    for path in ("/registry/", "/registry/export"):
        answer = client.get(path)
        assert (answer.status_code, answer.json()["type"]) == (500, "/problems/unexpected")
        assert not re.search(r"Traceback|\.py|UUID|hexadecimal", answer.text)


def test_no_page_of_another_origin_may_ask_unless_it_is_named(settings: Settings, client: Client) -> None:
    asking = {"Origin": "https://shop.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in client.options("/predict/", headers=asking).headers
    assert "access-control-allow-origin" not in client.post("/predict/", json=CODES, headers=asking).headers
    with api(settings, api_allowed_origins="https://shop.example", api_keys=API_KEYS) as named:
        assert named.options("/predict/", headers=asking).headers["access-control-allow-origin"] == asking["Origin"]
        sent = asking | bearer(KEYS["predict"])
        answer = named.post("/predict/", json=CODES, headers=sent)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, asking["Origin"])
        other = named.post("/predict/", json=CODES, headers=sent | {"Origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


def test_an_origin_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError, match="https://host"):
        Settings(api_allowed_origins="*")


def test_no_address_may_hold_a_password() -> None:
    for name in ("mlflow_tracking_uri", "prefect_api_url", "api_mlflow_link", "api_prefect_link"):
        with pytest.raises(ValidationError, match="settings of their own"):
            Settings.model_validate({name: "http://user:password@host:5000"})
