"""Which requests come from another web site."""

import pytest
from starlette.datastructures import Headers

from webapp.middleware.same_origin import is_from_other_site

HOST = "sales.example:8443"


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {}),
        ("POST", {"origin": f"https://{HOST}"}),
        ("POST", {"origin": f"https://{HOST.upper()}", "sec-fetch-site": "same-origin"}),
        ("POST", {"sec-fetch-site": "none"}),
        ("GET", {"sec-fetch-site": "same-origin", "sec-fetch-mode": "cors"}),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
    ],
)
def test_programs_our_own_pages_and_links_are_let_in(method: str, headers: dict[str, str]) -> None:
    assert not is_from_other_site(method, Headers({"host": HOST, **headers}))


@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("POST", {"origin": "https://evil.example"}),
        ("POST", {"origin": "https://sales.example"}),
        ("POST", {"origin": "https://sub.sales.example:8443"}),
        ("POST", {"origin": "https://sales.example:8443.evil.example"}),
        ("POST", {"origin": f"ftp://{HOST}"}),
        ("POST", {"origin": "null"}),
        ("POST", {"origin": ""}),
        ("POST", {"origin": "https://[broken"}),
        ("POST", {"origin": "https://evil.example", "sec-fetch-site": "same-origin"}),
        ("POST", {"origin": f"https://{HOST}", "sec-fetch-site": "cross-site"}),
        ("POST", {"sec-fetch-site": "same-site"}),
        ("POST", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate"}),
        ("PUT", {"sec-fetch-site": "cross-site"}),
        ("DELETE", {"origin": "https://evil.example"}),
        ("GET", {"origin": "https://evil.example"}),
        ("GET", {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors"}),
    ],
)
def test_other_sites_are_not(method: str, headers: dict[str, str]) -> None:
    assert is_from_other_site(method, Headers({"host": HOST, **headers}))


@pytest.mark.parametrize(
    ("origin", "host"),
    [
        ("http://sales.example", "sales.example:80"),
        ("https://sales.example:443", "sales.example"),
        ("http://[::1]:7860", "[::1]:7860"),
    ],
)
def test_a_default_port_may_be_written_or_not(origin: str, host: str) -> None:
    assert not is_from_other_site("POST", Headers({"host": host, "origin": origin}))


def test_without_a_host_no_origin_is_ours() -> None:
    assert is_from_other_site("POST", Headers({"origin": "http://"}))


def test_one_foreign_header_of_two_is_enough() -> None:
    for name, own, other in (("origin", "http://a", "http://b"), ("sec-fetch-site", "same-origin", "cross-site")):
        for first, second in ((own, other), (other, own)):
            twice = Headers(raw=[(b"host", b"a"), (name.encode(), first.encode()), (name.encode(), second.encode())])
            assert is_from_other_site("POST", twice)
