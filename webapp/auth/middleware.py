"""Says who asks, by the session's cookie, and lets in only whoever logged in. Knows ASGI; checks no password."""

import re
from typing import Any
from urllib.parse import quote

from starlette.authentication import AuthCredentials, AuthenticationBackend
from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.auth.sessions import SessionStore
from webapp.auth.users import User

COOKIE = "session"
SESSION_KEY = "id"
"""Where the identifier of the session stands in what the cookie carries."""
# health checks, and what the login page is made of
_PUBLIC = re.compile(
    r"/(health|login(\.css|\.js)?|logout|gradio_api/startup-events|favicon\.ico|static/fonts/[\w/-]+\.woff2)"
)
# a page of ours with its query: never another host, and never up
_OWN_PAGE = re.compile(r"\w*(\?[\w=&.%-]*)?")


class SessionCookies:
    """Starlette's signed cookie in `scope["session"]`; one that was set over TLS is only sent over TLS."""

    def __init__(self, app: ASGIApp, secret: str, max_age_seconds: int) -> None:
        options: dict[str, Any] = {"secret_key": secret, "session_cookie": COOKIE, "max_age": max_age_seconds}
        self._plain, self._tls = (SessionMiddleware(app, https_only=tls, **options) for tls in (False, True))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        await (self._tls if scope.get("scheme") == "https" else self._plain)(scope, receive, send)


class SessionBackend(AuthenticationBackend):
    """Finds the user of a session; without users, everybody is `anonymous`."""

    def __init__(self, sessions: SessionStore, anonymous: User) -> None:
        self._sessions, self._anonymous = sessions, anonymous

    async def authenticate(self, conn: HTTPConnection) -> tuple[AuthCredentials, User] | None:
        """Return the user whose session the cookie names."""
        user = self._sessions.find(conn.session.get(SESSION_KEY, "")) if self._sessions.users else self._anonymous
        return (AuthCredentials([user.role]), user) if user else None


class RequireUser:
    """Leads readers without a session to the login, and answers 401 to scripts without one."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http" or scope["user"].is_authenticated or _PUBLIC.fullmatch(scope["path"]):
            await self._app(scope, receive, send)
        else:
            await _refuse(Request(scope))(scope, receive, send)


def own_page(address: str) -> str:
    """Return the address if it is a page of ours, else that of the home page."""
    return address if _OWN_PAGE.fullmatch(address) else ""


def _refuse(request: Request) -> Response:
    if "text/html" not in request.headers.get("accept", ""):
        return JSONResponse({"detail": "Log in at /login."}, 401)
    here = request.url.path.lstrip("/") + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"./login?next={quote(own_page(here), safe='')}", 303)
