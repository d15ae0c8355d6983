"""An application behind the page's own authentication, and how somebody logs in."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import gradio as gr
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from webapp.auth.layers import authentication
from webapp.auth.login import Login
from webapp.auth.login_attempts import LoginAttempts
from webapp.auth.roles import is_admin
from webapp.auth.sessions import SessionStore
from webapp.auth.users import Role, User, create_entry, parse_users
from webapp.middleware.proxy_headers import ProxyHeaders
from webapp.middleware.same_origin import SameOrigin
from webapp.middleware.security_headers import SecurityHeaders

ANA, OLGA = "a long password", "another password"
USERS = parse_users(f"{create_entry('ana', 'viewer', ANA)} {create_entry('olga', 'admin', OLGA)}")
PAGE = {"Accept": "text/html", "Accept-Language": "en"}
PROXY = "10.0.0.7"


async def inside(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer what a handler of a page would find out."""
    admin = is_admin(gr.Request(request=Request(scope)))
    await JSONResponse({"path": scope["path"], "admin": admin})(scope, receive, send)


def behind_login(
    users: tuple[User, ...] = USERS,
    role: Role = "viewer",
    secret: str = "s" * 32,
    seconds: float = 3600,
    file: Path | None = None,
    attempts: LoginAttempts | None = None,
) -> Starlette:
    """Build `inside` behind the layers that stand in front of the pages."""
    sessions = SessionStore(users, seconds, file)
    login = Login(sessions, "es", attempts or LoginAttempts())
    return Starlette(
        routes=[Mount("", inside)],
        middleware=[
            Middleware(ProxyHeaders, proxies=PROXY),
            Middleware(SecurityHeaders),
            Middleware(SameOrigin, "es"),
            *authentication(login, secret, User("", role)),
        ],
    )


@contextmanager
def visiting(peer: str = "192.0.2.1", **options: Any) -> Iterator[TestClient]:
    """Visit `behind_login` from an address."""
    yield TestClient(behind_login(**options), follow_redirects=False, client=(peer, 1))


def log_in(client: TestClient, name: str, password: str, following: str = "", **headers: str) -> Any:
    """Send the login's form."""
    form = {"name": name, "password": password}
    return client.post("/login", params={"next": following}, data=form, headers=PAGE | headers)
