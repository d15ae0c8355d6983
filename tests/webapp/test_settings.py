"""What the page may be told, and what it refuses to be told."""

import pytest
from pydantic import ValidationError

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


def test_every_setting_says_what_it_is() -> None:
    assert [name for name, field in Settings.model_fields.items() if not field.description] == []
