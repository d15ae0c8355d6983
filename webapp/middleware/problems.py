"""Refusals of the layers in front of the page, as problem details (RFC 9457) in the reader's language."""

import json
from http import HTTPStatus

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import Scope

from webapp.middleware.locale import language_of_request
from webapp.texts import Language
from webapp.texts.refusals import TEXTS


def refusal(scope: Scope, default: Language, status: HTTPStatus, reason: str, **figures: int) -> Response:
    """Return the response that refuses a request. `reason` is a field of `RefusalTexts`, `figures` are its numbers."""
    language = language_of_request(HTTPConnection(scope), default)
    text = getattr(TEXTS[language], reason)
    title = text.title.format(**figures)
    problem = {"type": "about:blank", "title": title, "status": status, "detail": f"{title}. {text.cure}"}
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    return Response(json.dumps(problem, ensure_ascii=False), status, headers, "application/problem+json")
