"""Hands the API's export on to the browser, piece by piece: the page holds neither the file nor a copy of it."""

from collections.abc import Iterator
from contextlib import ExitStack
from typing import cast

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response, StreamingResponse
from starlette.routing import Route

from webapp.api.client import ApiClient
from webapp.api.history import stream_export
from webapp.errors import ApiError
from webapp.middleware.locale import COOKIE, language_of
from webapp.navigation import filters
from webapp.rendering import formats
from webapp.texts import LANGUAGES, Language
from webapp.views.registry import no_file

PATH = "/registro/export"
_MEDIA_TYPES = {"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}


def route(api: ApiClient, default: str) -> Route:
    """Where the file is: the filters of *Registro* in the address, with `form` (`csv`, `ndjson`) and `zone` beside.

    `default` is the language for readers whose browser asks for none that is spoken here.
    """

    # not async: Starlette runs it in a thread, as asking the API waits
    def export(request: Request) -> Response:
        asked = request.query_params
        form = "ndjson" if asked.get("form") == "ndjson" else "csv"
        params = filters.parse(request.url.query).params(formats.time_zone(asked.get("zone")))
        open_call = ExitStack()
        try:
            pieces = open_call.enter_context(stream_export(api, form, params))
        except ApiError as error:
            return HTMLResponse(no_file(_language(request, default), error.failure), 502)
        named = {"Content-Disposition": f'attachment; filename="steam-sales.{form}"'}
        return StreamingResponse(_stream_pieces(open_call, pieces), media_type=_MEDIA_TYPES[form], headers=named)

    return Route(PATH, export)


def _stream_pieces(open_call: ExitStack, pieces: Iterator[bytes]) -> Iterator[bytes]:
    with open_call:
        yield from pieces


def _language(request: Request, default: str) -> Language:
    accept = request.headers.get("accept-language", "")
    return cast("Language", language_of(request.cookies.get(COOKIE), accept, LANGUAGES, default))
