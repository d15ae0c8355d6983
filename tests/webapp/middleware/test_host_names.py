"""By which names a page that asks nobody to log in may be reached."""

import pytest
from starlette.datastructures import Headers

from webapp.middleware.host_names import is_known, is_local


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:7860", "LOCALHOST", "127.0.0.1:7860", "127.8.0.1", "[::1]:7860", "web.localhost"]
)
def test_names_of_loopback_are_local(host: str) -> None:
    assert is_local(Headers({"host": host}))


@pytest.mark.parametrize(
    "host",
    [
        "", "evil.example", "localhost.evil.example", "evillocalhost", "127.0.0.1.evil.example", "0.0.0.0:7860",
        "192.168.1.7", "[::]", "[::1", "localhost@evil.example:80", "2130706433", "evil.example#localhost",
    ],
)  # fmt: skip
def test_other_names_are_not(host: str) -> None:
    assert not is_local(Headers({"host": host}))
    assert not is_local(Headers(raw=[(b"host", b"localhost"), (b"host", host.encode())]))


def test_a_request_without_a_host_is_not() -> None:
    assert not is_local(Headers({}))


@pytest.mark.parametrize(
    "name",
    ["Forwarded", "Via", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Forwarded", "X-Real-IP",
     "CF-Connecting-IP"],
)  # fmt: skip
def test_what_a_proxy_handed_on_is_not(name: str) -> None:
    assert not is_local(Headers(raw=[(b"host", b"localhost"), (name.lower().encode(), b"")]))


NAMES = frozenset({"sales.example.org"})


@pytest.mark.parametrize(
    "host",
    ["localhost:7860", "127.0.0.1", "192.168.1.7:7860", "[fe80::1]", "web:7860", "Sales.Example.org:8443"],
)
def test_an_open_page_is_reached_by_addresses_and_names_that_nobody_else_can_own(host: str) -> None:
    assert is_known(Headers({"host": host, "x-forwarded-for": "203.0.113.9"}), NAMES)


@pytest.mark.parametrize(
    "host", ["", "evil.example", "sub.sales.example.org", "192.168.1.7.evil.example", "[::1", "x."]
)
def test_an_open_page_is_not_reached_by_other_names(host: str) -> None:
    assert not is_known(Headers({"host": host}), NAMES)
    assert not is_known(Headers(raw=[(b"host", b"localhost"), (b"host", host.encode())]), NAMES)
