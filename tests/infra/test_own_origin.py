"""Which host names and pages are a server's own."""

import pytest

from infra.security.own_origin import is_own

NAMES = {"localhost", "prefect", "prefect.example.org"}


@pytest.mark.parametrize(
    "host",
    ["localhost", "localhost:4200", "prefect:4200", "prefect.example.org", "127.0.0.1:4200", "[::1]:4200", "10.0.0.7"],
)
def test_names_that_were_given_and_addresses_are_own(host: str) -> None:
    assert is_own(host, NAMES)


@pytest.mark.parametrize(
    "host",
    [
        "", " ", "evil.example", "localhost.evil.example", "evil.localhost", "prefect.example.org.", "localhost:",
        "localhost:4200:1", "a@localhost", "localhost@evil.example", "localhost/", "[::1", "::1", "1.2.3", "0x7f.1",
        "127.0.0.1.evil.example", "example.org",
    ],
)  # fmt: skip
def test_all_else_is_foreign(host: str) -> None:
    assert not is_own(host, NAMES)
