"""Builds the web page as one ASGI app: a Gradio page for each language, behind the choice of language.

Knows how the parts are put together; no text, no colour, no rule.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from warnings import catch_warnings, filterwarnings

import gradio as gr
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse
from starlette.routing import Mount, Route

from webapp import theme, views
from webapp.client import ApiClient
from webapp.headers import SafeHeaders
from webapp.language import ByLanguage
from webapp.pages import predictions, registry
from webapp.settings import Settings
from webapp.texts import Texts
from webapp.texts.en import EN
from webapp.texts.es import ES

STATIC = Path(__file__).with_name("static")

# Whatever Gradio would otherwise take from the environment, or open by itself.
CLOSED: dict[str, Any] = {
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": False,
    "ssr_mode": False,
    "pwa": False,
    "show_error": False,
}


def build_app(client: ApiClient, settings: Settings) -> Starlette:
    """Build the page for `client`'s API. Its pages are laid out when a server starts it, by the lifespan."""
    pages: dict[str, FastAPI] = {}

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            for texts in (ES, EN):
                # Not before: outside a running loop Gradio makes loops of its own and never closes them.
                page = _mounted(build_page(client, texts, settings))
                await running.enter_async_context(page.router.lifespan_context(page))
                pages[texts.language] = page
            yield

    return Starlette(
        routes=[
            Route("/health", _health),
            Route("/gradio_api/upload", _no_upload, methods=["POST"]),
            Mount("", ByLanguage(pages, settings.web_language)),
        ],
        middleware=[Middleware(SafeHeaders)],
        lifespan=lifespan,
    )


def build_page(client: ApiClient, texts: Texts, settings: Settings) -> gr.Blocks:
    """Lay out the pages of one language."""
    page = gr.Blocks(title="Steam Sales", analytics_enabled=False, fill_width=True)
    with page:
        predictions.lay_out(page, client, texts)
    with page.route(texts.registry, registry.PATH, show_in_navbar=False):
        registry.lay_out(page, client, texts, settings.web_page_rows)
    return page


def _mounted(page: gr.Blocks) -> FastAPI:
    app = FastAPI(openapi_url=None)
    with catch_warnings():
        # Said of every mounted app with two pages, even one that never asked for SSR mode.
        filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        gr.mount_gradio_app(app, page, path="/", app_kwargs={"openapi_url": None}, **_look(), **CLOSED)
    return app


def _look() -> dict[str, Any]:
    return {
        "theme": theme.build_theme(),
        "css_paths": STATIC / "page.css",
        "js": (STATIC / "page.js").read_text(encoding="utf-8"),
        "head": '<link rel="icon" type="image/svg+xml" href="./favicon.ico">',
        "favicon_path": str(views.TEMPLATES / "logo.svg"),
        "footer_links": [],
    }


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": 200, "message": "OK"})


async def _no_upload(_: Request) -> PlainTextResponse:
    return PlainTextResponse("No page takes files.", 404)  # Gradio would store what anybody sends
