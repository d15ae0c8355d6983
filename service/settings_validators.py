"""What a setting must look like; every refusal says how to write it. Knows no environment."""

import re
from ipaddress import ip_address, ip_network

from holidays import list_supported_countries
from pydantic import SecretStr

from service.security.api_keys import parse_keys
from service.telemetry.tracing import missing

_ORIGIN = re.compile(r"https?://[\w.-]+(:\d+)?")
_HOST_NAME = re.compile(r"[A-Za-z0-9]([\w-]*[A-Za-z0-9])?(\.[\w-]+)*")


def known_country(code: str | None) -> str | None:
    """A country that the holidays are known of."""
    if code is not None and code not in list_supported_countries(include_aliases=False):
        raise ValueError("no such country: write its ISO 3166 code of two letters, for example US or ES")
    return code


def served_over_http(uri: str | None) -> str | None:
    """The address of an MLflow server, without its last slash."""
    if uri and not uri.startswith(("http://", "https://")):
        raise ValueError("the API reads models over HTTP only: name an MLflow server, http://host:port")
    return linked(uri)


def known_database(url: SecretStr | None) -> SecretStr | None:
    """A URL of a kind of database that the history can be kept in."""
    if url and not url.get_secret_value().startswith(("postgresql://", "sqlite:///")):
        raise ValueError("name a database as postgresql://user:password@host/name or sqlite:///path")
    return url


def known_keys(entries: str | None) -> str | None:
    """Return entries that hold at least one key. ValueError where they are set and hold none."""
    if entries is not None and not parse_keys(entries):
        raise ValueError("it is set and holds no key: make one with `python -m service key`, or remove the variable")
    return entries


def not_blank(secret: SecretStr | None) -> SecretStr | None:
    """Return a secret that has a character other than a blank. ValueError for one that has none."""
    if secret is not None and not secret.get_secret_value().strip():
        raise ValueError("it is set and blank: write the secret, or remove the variable")
    return secret


def known_origins(origins: str | None) -> str | None:
    """Origins as a browser names them."""
    if wrong := [origin for origin in (origins or "").split() if not _ORIGIN.fullmatch(origin)]:
        raise ValueError(f"{wrong[0]} is no origin: write https://host or http://host:port, without a path")
    return origins


def known_proxies(proxies: str | None) -> str | None:
    """Addresses, networks and host names."""
    if wrong := [proxy for proxy in (proxies or "").split() if not _is_proxy(proxy)]:
        raise ValueError(f"{wrong[0]} is no proxy: write an address, a network such as 10.0.0.0/8, or a host name")
    return proxies


def _is_proxy(text: str) -> bool:
    try:
        ip_network(text)
    except ValueError:
        return bool(_HOST_NAME.fullmatch(text)) and not text.replace(".", "").isdigit()
    return True


def traceable(url: str | None) -> str | None:
    """An address to send traces to, where they can be sent."""
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("name the collector by its full address, http://host:4318/v1/traces")
    if url and (lack := missing()):
        raise ValueError(lack)
    return url


def linked(url: str | None) -> str | None:
    """An address for a browser, without its last slash."""
    if url and not url.startswith(("http://", "https://")):
        raise ValueError("name it as a browser reaches it, https://host or http://host:port")
    if url and "@" in url:
        raise ValueError("an address is shown and logged: user and password have settings of their own")
    return url and url.rstrip("/")


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches it."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
