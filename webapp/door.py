"""Lets in who may: a login page and a signed cookie where there are accounts, everybody where there are none."""

import json
import re
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote

from anyio import to_thread
from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.accounts import Account, admitted, named
from webapp.attempts import Attempts
from webapp.middleware.locale import reader_of
from webapp.texts import Language
from webapp.views.login import login_page
from webapp.visitors import Role, Visitor, introduce

COOKIE = "session"
# Pulses, and what the login page is made of.
_OPEN = re.compile(r"/(health|gradio_api/startup-events|favicon\.ico|static/fonts/[\w/-]+\.woff2)")
# A page of ours and its question: never another host, and never up.
_OURS = re.compile(r"\w*(\?[\w=&.%-]*)?")
_LONGEST_FORM = 4_096


@dataclass(frozen=True)
class Door:
    """An ASGI app in front of another, which finds in the scope who asks (`visitors`)."""

    app: ASGIApp
    accounts: tuple[Account, ...]
    """Where there are none, everybody comes in as `anybody`."""
    anybody: Role
    secret: str
    """Signs the sessions."""
    seconds: float
    """How long a session lasts."""
    default: Language
    attempts: Attempts = field(default_factory=Attempts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """See ASGI."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        visitor = self._visitor(Request(scope))
        answer = await self._answer(Request(scope, receive), visitor)
        if answer is None:
            await self.app(introduce(scope, visitor) if visitor else scope, receive, send)
        else:
            await answer(scope, receive, send)

    async def _answer(self, request: Request, visitor: Visitor | None) -> Response | None:
        """What the door itself has to say; None where the request goes through."""
        path = request.url.path
        if path == "/login" and self.accounts:
            return await self._login(request)
        if path == "/logout":
            return self._out()
        if path == "/visitor":
            return _told(visitor) if visitor else _expired()
        if visitor or _OPEN.fullmatch(path):
            return None
        return _to_login(request) if "text/html" in request.headers.get("accept", "") else _expired()

    def _visitor(self, request: Request) -> Visitor | None:
        if not self.accounts:
            return Visitor("", self.anybody)
        try:
            name = self._signer().loads(request.cookies.get(COOKIE, ""), max_age=int(self.seconds))
        except BadSignature:
            return None
        account = named(self.accounts, name)
        return Visitor(account.name, account.role) if account else None

    async def _login(self, request: Request) -> Response:
        language = reader_of(request, self.default)
        following = _ours(request.query_params.get("next", ""))
        if request.method != "POST":
            return HTMLResponse(login_page(language, following))
        form = await _form(request)
        name = form.get("name", "")
        caller = f"{request.client.host if request.client else ''} {name}"
        if self.attempts.too_many(caller):
            return HTMLResponse(login_page(language, following, name, "too_many"), 429)
        account = await to_thread.run_sync(admitted, self.accounts, name, form.get("password", ""))
        if account is None:
            self.attempts.note(caller)
            return HTMLResponse(login_page(language, following, name, "wrong"), 401)
        answer = RedirectResponse(f"./{following}", 303)
        self._keep(answer, self._signer().dumps(account.name), secure=request.url.scheme == "https")
        return answer

    def _keep(self, answer: Response, session: str, *, secure: bool) -> None:
        answer.set_cookie(COOKIE, session, max_age=int(self.seconds), httponly=True, samesite="lax", secure=secure)

    def _out(self) -> Response:
        answer = RedirectResponse("./login" if self.accounts else "./", 303)
        answer.delete_cookie(COOKIE)
        return answer

    def _signer(self) -> URLSafeTimedSerializer:
        return URLSafeTimedSerializer(self.secret, salt="session")


def _told(visitor: Visitor) -> Response:
    return JSONResponse({"name": visitor.name, "role": visitor.role}, headers={"Cache-Control": "no-store"})


def _expired() -> Response:
    body = json.dumps({"detail": "Log in at /login."})
    return Response(body, 401, {"Cache-Control": "no-store"}, "application/json")


def _to_login(request: Request) -> Response:
    here = request.url.path.lstrip("/") + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(f"./login?next={quote(_ours(here), safe='')}", 303)


def _ours(following: str) -> str:
    return following if _OURS.fullmatch(following) else ""


async def _form(request: Request) -> dict[str, str]:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_FORM:
            return {}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
    return {name: values[-1] for name, values in fields.items()}
