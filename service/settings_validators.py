"""Checks settings; every error says how to write the setting. Reads no environment."""

import re
from ipaddress import ip_address, ip_network

from holidays import list_supported_countries
from pydantic import SecretStr

from service.security.api_keys import parse_keys
from service.telemetry.tracing import missing

_ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?")
_HOST_NAME = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?(\.[\w-]+)*")


def check_country(code: str | None) -> str | None:
    """Return the code of a country whose public holidays are known; raises ValueError."""
    if code is not None and code not in list_supported_countries(include_aliases=False):
        raise ValueError("no such country: write its ISO 3166 code of two letters, for example US or ES")
    return code


def check_mlflow_uri(uri: str | None) -> str | None:
    """Return the address of an MLflow server without its last slash; raises ValueError."""
    if uri and not uri.startswith(("http://", "https://")):
        raise ValueError("the API reads models over HTTP only: name an MLflow server, http://host:port")
    return check_link(uri)


def check_database_url(url: SecretStr | None) -> SecretStr | None:
    """Return the URL of a PostgreSQL or SQLite database; raises ValueError."""
    if url and not url.get_secret_value().startswith(("postgresql://", "sqlite:///")):
        raise ValueError("name a database as postgresql://user:password@host/name or sqlite:///path")
    return url


def check_keys(entries: str | None) -> str | None:
    """Return entries that hold at least one key. ValueError if they are set and hold none."""
    if entries is not None and not parse_keys(entries):
        raise ValueError("it is set and holds no key: make one with `python -m service key`, or remove the variable")
    return entries


def check_not_blank(secret: SecretStr | None) -> SecretStr | None:
    """Return a secret that has a character other than a blank. ValueError for one that has none."""
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def check_origins(origins: str | None) -> str | None:
    """Return origins as a browser names them; raises ValueError."""
    if wrong := [origin for origin in (origins or "").split() if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(f"{wrong[0]} is no origin: write https://host or http://host:port, without a path")
    return origins


def check_proxies(proxies: str | None) -> str | None:
    """Return addresses, networks and host names; raises ValueError."""
    if wrong := [proxy for proxy in (proxies or "").split() if not _is_proxy(proxy)]:
        raise ValueError(f"{wrong[0]} is no proxy: write an address, a network such as 10.0.0.0/8, or a host name")
    return proxies


def _is_proxy(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return bool(_HOST_NAME.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def check_traces_url(url: str | None) -> str | None:
    """Return the address of a trace collector if traces can be sent; raises ValueError."""
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("name the collector by its full address, http://host:4318/v1/traces")
    if url and (problem := missing()):
        raise ValueError(problem)
    return url


def check_link(url: str | None) -> str | None:
    """Return an address for a browser without its last slash; raises ValueError."""
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("name it as a browser reaches it, https://host or http://host:port")
    if url and "@" in url:
        raise ValueError("an address is shown and logged: user and password have settings of their own")
    return url and url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach the address."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
