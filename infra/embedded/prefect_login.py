"""The password of the embedded stack's Prefect: a file in the home, and a client that sends it to Prefect alone.

Whoever has the password may start runs, and so run code on this machine. Other packages read the file, too: its name
and format are in docs/contracts.md.
"""

import os
from base64 import b64encode
from collections.abc import Generator
from pathlib import Path
from secrets import token_hex

import httpx

from infra.security.credentials import weakness

USER, PASSWORD_BYTES = "admin", 24
OWNER_ONLY = 0o600


class LoginError(Exception):
    """The file has a weak password."""


def ensure(file: Path) -> str:
    """Return the `user:password` in `file`, which only its owner may read; make one where there is none.

    Raises:
        LoginError: somebody wrote a weak one into it.
    """
    login = file.read_text(encoding="utf-8").strip() if file.exists() else ""
    if not login:
        login = f"{USER}:{token_hex(PASSWORD_BYTES)}"
        _write(file, login)
    file.chmod(OWNER_ONLY)
    why = weakness("PREFECT_API_AUTH_STRING", login) if ":" in login else "is not written as user:password"
    if why:
        raise LoginError(
            f"The password of Prefect in {file} {why}: remove the file, and the next start makes a new one."
        )
    return login


def _write(file: Path, login: str) -> None:
    new = file.with_name(f"{file.name}.new")
    new.unlink(missing_ok=True)
    with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w") as out:
        out.write(f"{login}\n")
    new.replace(file)


class PrefectAuth(httpx.Auth):
    """Sends the password to the server at `url`, and to no other."""

    def __init__(self, url: str, login: str) -> None:
        self._url = httpx.URL(url)
        self._header = f"Basic {b64encode(login.encode()).decode()}"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """See httpx."""
        if (request.url.host, request.url.port) == (self._url.host, self._url.port):
            request.headers["Authorization"] = self._header
        yield request
