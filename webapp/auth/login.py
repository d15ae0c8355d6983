"""The routes /login, /logout and /visitor. Knows HTTP and the login view; hashes nothing itself."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.auth.login_attempts import LoginAttempts, Source, source_of
from webapp.auth.middleware import SESSION_KEY, own_page
from webapp.auth.password_queue import PasswordQueue, PasswordQueueFullError
from webapp.auth.sessions import SessionStore
from webapp.auth.users import User, find_user, hash_to_verify
from webapp.middleware.locale import language_of_request
from webapp.rendering.templates import render
from webapp.texts import Language
from webapp.views.login import LoginFault, login_page

# nothing inline, nothing from elsewhere
LOGIN_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_MAX_FORM_BYTES = 4_096
_STATUS: Mapping[LoginFault, int] = {"wrong": 401, "too_many": 429, "busy": 503}


@dataclass(frozen=True)
class Login:
    """Handlers of the login. `language` is that of readers whose browser asks for none that is spoken here."""

    sessions: SessionStore
    language: Language
    attempts: LoginAttempts = field(default_factory=LoginAttempts)
    passwords: PasswordQueue = field(default_factory=PasswordQueue)

    def routes(self) -> list[Route]:
        """Return the routes; nobody can log in where there are no users."""
        always = [Route("/logout", self.log_out, methods=["POST"]), Route("/visitor", _visitor)]
        login = [
            Route("/login", self.show),
            Route("/login", self.log_in, methods=["POST"]),
            Route("/login.css", _stylesheet),
            Route("/login.js", _script),
        ]
        return login + always if self.sessions.users else always

    async def show(self, request: Request) -> Response:
        """Show the login page."""
        return self._page(request)

    async def log_in(self, request: Request) -> Response:
        """Begin a session for whoever sends a name and its password."""
        form = await _read_form(request)
        name, password = form.get("name", ""), form.get("password", "")
        source = source_of(request.client.host if request.client else "", name)
        if wait := self.attempts.begin(source):
            return self._page(request, name, "too_many", wait)
        try:
            user = await self._verify(source, name, password)
        except PasswordQueueFullError:
            self.attempts.cancel(source)
            return self._page(request, name, "busy", 1)
        if user is None:
            return self._page(request, name, "wrong")
        self.attempts.succeed(source)
        await self.sessions.end(request.session.get(SESSION_KEY, ""))
        request.session[SESSION_KEY] = await self.sessions.create(user)
        return RedirectResponse(f"./{own_page(request.query_params.get('next', ''))}", 303)

    async def log_out(self, request: Request) -> Response:
        """End the session, here and in the browser."""
        await self.sessions.end(request.session.get(SESSION_KEY, ""))
        request.session.clear()
        return RedirectResponse("./login" if self.sessions.users else "./", 303)

    async def _verify(self, source: Source, name: str, password: str) -> User | None:
        users, known = self.sessions.users, self.attempts.is_known(source)
        right = await self.passwords.verify(password, hash_to_verify(users, name), source.address, known=known)
        return find_user(users, name) if right else None

    def _page(self, request: Request, name: str = "", fault: LoginFault | None = None, wait: int = 0) -> Response:
        language = language_of_request(request, self.language)
        page = login_page(language, own_page(request.query_params.get("next", "")), name, fault)
        headers = {"Content-Security-Policy": LOGIN_CSP} | ({"Retry-After": str(wait)} if wait else {})
        return HTMLResponse(page, _STATUS[fault] if fault else 200, headers)


class LoginRoutes:
    """Answers the routes of the login in front of the application, whose layers read messages of pages only."""

    def __init__(self, app: ASGIApp, login: Login) -> None:
        routes = login.routes()
        self._app, self._paths = app, {route.path for route in routes}
        self._router = ExceptionMiddleware(Router(routes))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        is_login = scope["type"] == "http" and scope["path"] in self._paths
        await (self._router if is_login else self._app)(scope, receive, send)


async def _visitor(request: Request) -> Response:
    # for the page's script
    return JSONResponse({"name": request.user.name, "role": request.user.role})


async def _stylesheet(_: Request) -> Response:
    return Response(render("login/page.css", "en"), media_type="text/css")


async def _script(_: Request) -> Response:
    return Response(render("login/page.js", "en"), media_type="text/javascript")


async def _read_form(request: Request) -> dict[str, str]:
    body = bytearray()
    with suppress(ClientDisconnect):
        async for part in request.stream():
            body += part
            if len(body) > _MAX_FORM_BYTES:
                return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
