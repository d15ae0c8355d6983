"""The API's settings: the only module of the service that reads the environment."""

from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from service.clients.links import Links
from service.security.api_keys import ApiKey, parse_keys
from service.settings_validators import (
    check_country,
    check_database_url,
    check_keys,
    check_link,
    check_mlflow_uri,
    check_not_blank,
    check_origins,
    check_proxies,
    check_traces_url,
    is_loopback,
)

PREFECT_LOGIN = "prefect-login"  # in the home, as docs/contracts.md says
_OPEN = "anyone who reaches it may use it"
Port = Annotated[int, Field(ge=1, le=65535)]
Secret = Annotated[SecretStr | None, AfterValidator(check_not_blank)]


class Settings(BaseSettings):
    """Read once by an entry point, then passed on as arguments."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    steam_sales_home: Path = Field(Path("var"), description="folder of all state")
    api_host: str = Field("127.0.0.1", min_length=1, description="address the API listens on")
    api_port: Port = Field(8000, description="port of the API")
    api_database_url: Annotated[SecretStr | None, AfterValidator(check_database_url)] = Field(
        None,
        description="history elsewhere, `postgresql://user:password@host/name`; a SQLite file in the home if unset",
    )
    mlflow_port: Port = Field(5000, description="port of the MLflow server")
    mlflow_tracking_uri: Annotated[str | None, AfterValidator(check_mlflow_uri)] = Field(
        None, description="an MLflow server elsewhere"
    )
    mlflow_tracking_username: str | None = Field(None, description="user of MLflow, where it has a password")
    mlflow_tracking_password: Secret = Field(None, description="password of MLflow, where it has one")
    mlflow_timeout_seconds: float = Field(
        5, gt=0, le=60, description="how long MLflow may take to answer before the API goes on without it"
    )
    prefect_port: Port = Field(4200, description="port of the Prefect server")
    prefect_api_url: Annotated[str | None, AfterValidator(check_link)] = Field(
        None, description="API of a Prefect server elsewhere"
    )
    prefect_api_auth_string: Secret = Field(
        None, description="`user:password` of the Prefect server; that of the stack on this machine if unset"
    )
    api_mlflow_link: Annotated[str | None, AfterValidator(check_link)] = Field(
        None, description="where a browser finds MLflow, for links; where the API finds it if unset"
    )
    api_prefect_link: Annotated[str | None, AfterValidator(check_link)] = Field(
        None, description="where a browser finds Prefect, for links; where the API finds it if unset"
    )
    api_poll_seconds: float = Field(
        1, ge=0.05, le=60, description="how often the API asks MLflow for a new champion; two seconds are promised"
    )
    holidays_country: Annotated[str | None, AfterValidator(check_country)] = Field(
        None, description="country whose public holidays a `Date` is looked up in, ISO 3166 code; the model's if unset"
    )
    sundays_are_holidays: bool | None = Field(
        None, description="whether a `Date` on a Sunday counts as a holiday; as the model's rule says if unset"
    )
    hemisphere: Literal["north", "south"] | None = Field(
        None, description="whose seasons are derived from a `Date`; those of the model's rule if unset"
    )
    api_keys: Annotated[str | None, AfterValidator(check_keys)] = Field(
        None, description="keys that open the API, apart by blanks, each as `python -m service key` shows it"
    )
    api_open: Literal["anyone who reaches it may use it"] | None = Field(
        None, description="`anyone who reaches it may use it` lets the API listen outside this machine without keys"
    )
    api_rate_limit: int = Field(
        0, ge=0, le=10_000_000, description="requests a minute of one key, or address; more are 429; 0 is no limit"
    )
    api_proxies: Annotated[str | None, AfterValidator(check_proxies)] = Field(
        None, description="proxies whose X-Forwarded-For says who asks: addresses, networks, names, apart by blanks"
    )
    api_patience_seconds: float = Field(
        30, gt=0, le=3_600, description="how long a request may stand still before it is ended"
    )
    api_allowed_origins: Annotated[str | None, AfterValidator(check_origins)] = Field(
        None, description="web pages that may ask from a browser, as `https://host`, apart by blanks; none if unset"
    )
    api_traces_url: Annotated[str | None, AfterValidator(check_traces_url)] = Field(
        None, description="where traces are sent over OTLP, such as `http://127.0.0.1:4318/v1/traces`; nowhere if unset"
    )
    api_workers: int = Field(
        1, ge=1, le=64, description="processes that answer; more than one want a PostgreSQL server, one for each core"
    )
    api_body_limit: int = Field(
        65_536, ge=1_024, le=104_857_600, description="largest request body, in bytes; more is answered 413"
    )
    api_upload_limit: int = Field(
        104_857_600,
        ge=1_024,
        le=10_737_418_240,
        description="largest file that is sent, in bytes; more is 413",
    )
    api_upload_space: int = Field(
        1_073_741_824, ge=1_024, description="room for tables uploaded as data, in bytes; beyond it the oldest go"
    )
    api_waiting_limit: int = Field(
        10_000, ge=1, le=1_000_000, description="predictions that may wait for a commit; more are answered 503"
    )
    api_idempotency_hours: float = Field(
        24, gt=0, le=8_760, description="how long an `Idempotency-Key` is remembered; later it may be used again"
    )
    api_database_timeout_seconds: float = Field(
        5, gt=0, le=60, description="how long a commit or a read may take before it is answered 503"
    )

    @model_validator(mode="after")
    def _one_process_on_a_file(self) -> Self:
        if self.api_workers > 1 and not self.database_url.startswith("postgresql"):
            raise ValueError(
                "several processes on one SQLite file wait for each other: set API_DATABASE_URL to a PostgreSQL "
                "server, or API_WORKERS=1"
            )
        return self

    @model_validator(mode="after")
    def _closed_to_others(self) -> Self:
        if not (self.keys or self.api_open or is_loopback(self.api_host)):
            raise ValueError(
                f"{self.api_host} is reached from other machines and there are no keys: make one with "
                f"`python -m service key` and put it into API_KEYS, or say API_OPEN='{_OPEN}'"
            )
        return self

    @property
    def keys(self) -> tuple[ApiKey, ...]:
        """The keys that open the API. Everybody may come in where there are none."""
        return parse_keys(self.api_keys or "")

    @property
    def mlflow_url(self) -> str:
        """Address of the MLflow server."""
        return self.mlflow_tracking_uri or f"http://127.0.0.1:{self.mlflow_port}"

    @property
    def mlflow_login(self) -> tuple[str, str] | None:
        """User and password of MLflow, None where it has none."""
        password = self.mlflow_tracking_password
        return (self.mlflow_tracking_username or "", password.get_secret_value()) if password else None

    @property
    def prefect_url(self) -> str:
        """Address of Prefect's API."""
        return self.prefect_api_url or self._prefect_here

    @property
    def _prefect_here(self) -> str:
        return f"http://127.0.0.1:{self.prefect_port}/api"

    @property
    def prefect_login(self) -> tuple[str, str] | None:
        """User and password of the Prefect server, None where none are known.

        `make up` leaves those of its own server in the home. They are sent to no Prefect elsewhere.
        """
        login = self.prefect_api_auth_string.get_secret_value() if self.prefect_api_auth_string else ""
        if not login and self.prefect_url == self._prefect_here:
            with suppress(OSError):
                login = (self.steam_sales_home / PREFECT_LOGIN).read_text(encoding="utf-8").strip()
        user, _, password = login.partition(":")
        return (user, password) if user else None

    @property
    def links(self) -> Links:
        """Where a browser finds MLflow and Prefect."""
        prefect = self.api_prefect_link or self.prefect_url.removesuffix("/api")
        return Links(self.api_mlflow_link or self.mlflow_url, prefect)

    @property
    def state(self) -> Path:
        """Folder of what the API keeps: its history, and the champion for when MLflow is down."""
        return self.steam_sales_home / "api"

    @property
    def database_url(self) -> str:
        """URL of the history, with its password."""
        if self.api_database_url:
            return self.api_database_url.get_secret_value()
        return f"sqlite:///{self.state / 'history.db'}"
