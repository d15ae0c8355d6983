"""Settings that cannot work are refused with the cure, before anything starts."""

import pytest
from pydantic import SecretStr, ValidationError

from service.settings import Settings


@pytest.mark.parametrize(
    ("variable", "value", "cure"),
    [
        ("MLFLOW_TRACKING_URI", "sqlite:///mlflow.db", "http://host:port"),
        ("API_DATABASE_URL", "mysql://localhost/sales", "postgresql://"),
        ("HOLIDAYS_COUNTRY", "Spain", "ISO 3166"),
        ("HEMISPHERE", "west", "'north' or 'south'"),
        ("API_PORT", "70000", "65535"),
        ("API_POLL_SECONDS", "0", "0.05"),
        ("MLFLOW_TRACKING_PASSWORD", "  ", "set and blank"),
        ("PREFECT_API_AUTH_STRING", "\t", "set and blank"),
    ],
)
def test_what_cannot_work_is_refused(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, cure: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ValidationError, match=cure):
        Settings()


def test_the_defaults_stand_on_one_machine() -> None:
    settings = Settings(mlflow_port=5001)
    assert settings.mlflow_url == "http://127.0.0.1:5001"
    assert settings.database_url.endswith("api/history.db")
    assert Settings(mlflow_tracking_uri="http://mlflow:5000/").mlflow_url == "http://mlflow:5000"


def test_a_password_is_not_shown() -> None:
    settings = Settings(api_database_url=SecretStr("postgresql://steam:hunter2@host/sales"))
    assert "hunter2" not in repr(settings)
    assert "hunter2" in settings.database_url
