"""What the web page may be told from outside. The only file of this room that reads the environment."""

import re
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from webapp.auth.users import Role, User, parse_users

LOOPBACK = "127.0.0.1"
SHORTEST_SECRET, FEWEST_CHARACTERS = 32, 8
"""Of WEB_SECRET: its length, and how many different characters it has; each at least."""
_HOST_NAME = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?(\.[\w-]+)*")


def _host(value: str) -> str:
    if value == "localhost":
        return value
    return str(ip_address(value))


def _known_users(entries: str | None) -> str | None:
    if entries is not None and not parse_users(entries):
        raise ValueError("it is set and holds no user: make one with `python -m webapp user`, or remove the variable")
    return entries


def _not_blank(secret: SecretStr | None) -> SecretStr | None:
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def _hard_to_guess(secret: SecretStr | None) -> SecretStr | None:
    text = secret.get_secret_value().strip() if secret is not None else None
    if text is not None and (len(text) < SHORTEST_SECRET or len(set(text)) < FEWEST_CHARACTERS):
        raise ValueError(
            f"write {SHORTEST_SECRET} random characters at least, as `openssl rand -hex 24` prints them, or remove the "
            "variable"
        )
    return secret


def _known_proxies(proxies: str | None) -> str | None:
    if wrong := [proxy for proxy in (proxies or "").split() if not _is_proxy(proxy)]:
        raise ValueError(f"{wrong[0]} is no proxy: write an address, a network such as 10.0.0.0/8, or a host name")
    return proxies


def _known_host_names(names: str | None) -> str | None:
    if wrong := [name for name in (names or "").split() if not _HOST_NAME.fullmatch(name)]:
        raise ValueError(f"{wrong[0]} is no host name: write `sales.example.org`, without a scheme and a port")
    return names


def _is_proxy(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return bool(_HOST_NAME.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def _is_loopback(host: str) -> bool:
    return host == "localhost" or ip_address(host).is_loopback


def _api_on_this_machine(data: dict[str, Any]) -> AnyHttpUrl:
    return AnyHttpUrl(f"http://{LOOPBACK}:{data['api_port']}")


Port = Annotated[int, Field(ge=1, le=65535)]


class Settings(BaseSettings):
    """Settings of the web page, one environment variable each, in capitals."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, hide_input_in_errors=True)

    steam_sales_home: Path = Field(default=Path("var"), description="folder of all state")
    web_host: Annotated[str, AfterValidator(_host)] = Field(
        default=LOOPBACK, description="address the web page listens on: an IP address or `localhost`"
    )
    web_port: Port = Field(default=7860, description="port of the web page")
    web_language: Literal["es", "en"] = Field(
        default="es", description="language for readers whose browser asks for neither Spanish nor English"
    )
    web_users: Annotated[str | None, AfterValidator(_known_users)] = Field(
        default=None, description="who may use the page, apart by blanks, each as `python -m webapp user` shows it"
    )
    web_open: Literal["anyone who reaches it may look", "anyone who reaches it may operate"] | None = Field(
        default=None,
        description="`anyone who reaches it may look` (or `… may operate`: train, roll back) lets the page listen "
        "outside this machine without users",
    )
    web_secret: Annotated[SecretStr | None, AfterValidator(_hard_to_guess)] = Field(
        default=None,
        description="signs the cookies of sessions, which then outlive a restart; a new one at each start, which ends "
        "them, if unset",
    )
    web_proxies: Annotated[str | None, AfterValidator(_known_proxies)] = Field(
        default=None,
        description="proxies whose X-Forwarded-For and -Proto say who asks, and how: addresses, networks, names, apart "
        "by blanks",
    )
    web_host_names: Annotated[str | None, AfterValidator(_known_host_names)] = Field(
        default=None,
        description="names with dots by which readers reach a page with `WEB_OPEN`, apart by blanks; addresses and "
        "names without dots need not stand here",
    )
    web_session_hours: float = Field(default=12, gt=0, le=720, description="how long a login lasts")
    web_page_rows: int = Field(default=20, ge=5, le=100, description="rows on one page of Registro")
    web_api_timeout_seconds: float = Field(
        default=5, gt=0, le=60, description="how long the API may take before the page says that it is too slow"
    )
    web_upload_limit: int = Field(
        default=104_857_600, ge=1_024, le=10_737_418_240, description="largest file that the page takes, in bytes"
    )
    api_port: Port = Field(default=8000, description="port of the API")
    api_url: AnyHttpUrl = Field(
        default_factory=_api_on_this_machine,
        description="address of the API; the one on this machine, at `API_PORT`, if unset",
    )
    api_key: Annotated[SecretStr | None, AfterValidator(_not_blank)] = Field(
        default=None, description="key of the API with the scopes read and predict, where the API wants one"
    )

    @model_validator(mode="after")
    def _closed_to_others(self) -> Self:
        if not (self.users or self.web_open or _is_loopback(self.web_host)):
            raise ValueError(
                f"web_host {self.web_host} is reached from other machines and there are no users: make one with "
                "`python -m webapp user` and put it into WEB_USERS, or say WEB_OPEN='anyone who reaches it may look'"
            )
        return self

    @property
    def users(self) -> tuple[User, ...]:
        """Who may log in. Nobody has to where there are none."""
        return parse_users(self.web_users or "")

    @property
    def host_names(self) -> frozenset[str]:
        """Names of WEB_HOST_NAMES in lower case."""
        return frozenset((self.web_host_names or "").lower().split())

    @property
    def anonymous_role(self) -> Role:
        """What may be done where nobody logs in."""
        if self.web_open:
            return "admin" if self.web_open.endswith("operate") else "viewer"
        return "admin" if _is_loopback(self.web_host) else "viewer"

    @property
    def sessions_file(self) -> Path | None:
        """Where sessions are kept. None where a new secret ends them at each start anyway."""
        return self.steam_sales_home.resolve() / "webapp" / "sessions.json" if self.web_secret else None
