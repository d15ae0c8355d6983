"""Which language a reader gets: the one chosen on the page, else the browser's first that we speak."""

from collections.abc import Iterable, Mapping

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from webapp.texts import LANGUAGES, Language

COOKIE = "language"


def language_of_request(asked: HTTPConnection, default: Language) -> Language:
    """The language of whoever sent a request."""
    accept = asked.headers.get("accept-language", "")
    chosen = language_of(asked.cookies.get(COOKIE), accept, LANGUAGES, default)
    return next(language for language in LANGUAGES if language == chosen)


def language_of(cookie: str | None, accept: str, spoken: Iterable[str], default: str) -> str:
    """Choose among `spoken`.

    `accept` is an Accept-Language header (RFC 9110, 12.5.4): the highest weight wins, the order breaks ties,
    a region counts as its language.
    """
    known = set(spoken)
    if cookie in known:
        return cookie
    wanted = sorted((_by_weight(part) for part in accept.split(",")), key=lambda pair: -pair[1])
    return next((tag for tag, weight in wanted if tag in known and weight > 0), default)


def _by_weight(part: str) -> tuple[str, float]:
    tag, _, weight = part.partition(";q=")
    try:
        return tag.strip().split("-")[0].lower(), float(weight or 1)
    except ValueError:
        return "", 0.0


class ByLanguage:
    """An ASGI app that hands each request to the page in the reader's language."""

    def __init__(self, pages: Mapping[Language, ASGIApp], default: Language) -> None:
        self._pages = pages
        self._default = default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self._pages[language_of_request(HTTPConnection(scope), self._default)](scope, receive, send)
