"""What the page may be told, and what it refuses to be told."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from webapp.auth.users import create_entry
from webapp.settings import Settings


@pytest.fixture(autouse=True)
def _no_settings_around(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)


def test_the_page_listens_on_loopback_and_asks_the_api_of_this_machine() -> None:
    settings = Settings()
    assert (settings.web_host, settings.web_port) == ("127.0.0.1", 7860)
    assert str(settings.api_url) == "http://127.0.0.1:8000/"


def test_the_api_is_found_at_its_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "8123")
    assert str(Settings().api_url) == "http://127.0.0.1:8123/"


def test_an_api_elsewhere_needs_no_port(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("API_PORT", "8123")
    monkeypatch.setenv("API_URL", "https://api.example.org/sales")
    assert str(Settings().api_url) == "https://api.example.org/sales"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("WEB_HOST", "everywhere"),
        ("WEB_HOST", "0.0.0.0"),
        ("WEB_HOST", "192.168.1.7"),
        ("WEB_USERS", "ana"),
        ("WEB_OPEN", "yes"),
        ("WEB_HOST_NAMES", "https://sales.example.org"),
        ("WEB_SECRET", "short"),
        ("WEB_SECRET", 40 * " "),
        ("WEB_SECRET", "short" + 40 * " "),
        ("WEB_SECRET", 40 * "'"),
        ("WEB_OPEN", " "),
        ("API_KEY", " \n"),
        ("WEB_SESSION_HOURS", "0"),
        ("WEB_PORT", "0"),
        ("WEB_PORT", "65536"),
        ("WEB_LANGUAGE", "fr"),
        ("WEB_PAGE_ROWS", "4"),
        ("WEB_PAGE_ROWS", "101"),
        ("WEB_API_TIMEOUT_SECONDS", "0"),
        ("WEB_API_TIMEOUT_SECONDS", "61"),
        ("API_URL", "127.0.0.1:8000"),
    ],
)
def test_what_cannot_work_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match=name.lower()):
        Settings()


@pytest.mark.parametrize(
    ("host", "words", "role"),
    [
        ("127.0.0.1", "", "admin"),
        ("localhost", "", "admin"),
        ("::1", "anyone who reaches it may look", "viewer"),
        ("0.0.0.0", "anyone who reaches it may look", "viewer"),
        ("0.0.0.0", "anyone who reaches it may operate", "admin"),
    ],
)
def test_who_needs_no_login_may_do_what_was_said_in_words(
    monkeypatch: pytest.MonkeyPatch, host: str, words: str, role: str
) -> None:
    monkeypatch.setenv("WEB_HOST", host)
    monkeypatch.setenv("WEB_OPEN", words)
    assert Settings().anonymous_role == role


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0"])
@pytest.mark.parametrize("opened", ["", "anyone who reaches it may operate"])
@pytest.mark.parametrize(
    "entries", [" ", "\t \n", "\r\n", "\u00a0", "\u200b", ",", " , ", ";", '""', "''", "-", "none"]
)
def test_users_that_are_set_and_none_are_refused_wherever_it_listens(
    monkeypatch: pytest.MonkeyPatch, host: str, opened: str, entries: str
) -> None:
    for name, value in {"WEB_HOST": host, "WEB_OPEN": opened, "WEB_USERS": entries}.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(ValidationError, match="python -m webapp user"):
        Settings()


def test_an_empty_variable_is_one_that_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    """A compose file hands on `NAME=` where nothing was said."""
    monkeypatch.setenv("WEB_USERS", "")
    monkeypatch.setenv("WEB_SECRET", "")
    assert (Settings().users, Settings().web_secret) == ((), None)
    monkeypatch.setenv("WEB_HOST", "0.0.0.0")
    with pytest.raises(ValidationError, match="python -m webapp user"):
        Settings()


def test_the_process_says_in_a_sentence_why_it_does_not_start() -> None:
    told = {"WEB_HOST": "0.0.0.0", "WEB_USERS": " \n", "WEB_OPEN": "anyone who reaches it may operate"}
    started = subprocess.run(
        [sys.executable, "-m", "webapp"], env=told, capture_output=True, text=True, check=False, timeout=60
    )
    assert started.returncode != 0
    assert "Traceback" not in started.stderr
    assert "web_users" in started.stderr
    assert "python -m webapp user" in started.stderr


def test_with_users_the_page_may_be_reached_from_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WEB_HOST", "0.0.0.0")
    monkeypatch.setenv("WEB_USERS", create_entry("ana", "viewer", "a long password"))
    assert Settings().anonymous_role == "viewer"


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
