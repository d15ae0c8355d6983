"""Builds the web page as one ASGI app: a Gradio page for each language, behind the choice of language.

Knows how the parts are put together; no text, no colour, no rule.
"""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path
from secrets import token_urlsafe
from typing import Any
from warnings import catch_warnings, filterwarnings

import gradio as gr
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Mount, Route
from starlette.types import ASGIApp

from webapp.api.client import ApiClient
from webapp.auth.layers import authentication
from webapp.auth.login import Login
from webapp.auth.sessions import SessionStore
from webapp.auth.users import User
from webapp.middleware.asset_cache import AssetCache
from webapp.middleware.host_names import HostGuard, is_known, is_local
from webapp.middleware.html_head import HtmlHead
from webapp.middleware.locale import ByLanguage
from webapp.middleware.proxy_headers import ProxyHeaders
from webapp.middleware.same_origin import SameOrigin
from webapp.middleware.security_headers import SecurityHeaders
from webapp.middleware.upload_folder import open_folder, upload_folder
from webapp.middleware.upload_guard import UploadGuard
from webapp.pages import base, export_route
from webapp.pages.site import PAGES
from webapp.rendering import theme
from webapp.rendering.templates import TEMPLATES
from webapp.settings import Settings
from webapp.texts import LANGUAGES, Language

TITLE = "Steam Sales"
STATIC = Path(__file__).with_name("static")

FILE_LIFETIME_SECONDS = 3600  # how long a file that was sent or made is kept, in seconds

# Whatever Gradio would otherwise take from the environment, or open by itself.
GRADIO_SWITCHED_OFF: dict[str, Any] = {
    "run_history": False,
    "enable_monitoring": False,
    "mcp_server": False,
    "ssr_mode": False,
    "pwa": False,
    "show_error": False,
}


def build_app(client: ApiClient, settings: Settings) -> Starlette:
    """Build the page for `client`'s API. Its pages are laid out when a server starts it, by the lifespan."""
    pages: dict[Language, ASGIApp] = {}
    folder = upload_folder()

    @asynccontextmanager
    async def lifespan(_: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as running:
            running.enter_context(open_folder(folder))
            for language in LANGUAGES:
                # Not before: outside a running loop Gradio makes loops of its own and never closes them.
                app = _mounted(build_pages(base.PageContext(client, settings, language)), settings.web_upload_limit)
                await running.enter_async_context(app.router.lifespan_context(app))
                titles = {page.path: f"{page.texts[language].name} · {TITLE}" for page in PAGES}
                pages[language] = HtmlHead(app, language, TITLE, titles)
            yield

    sessions = SessionStore(settings.users, 3600 * settings.web_session_hours, settings.sessions_file)
    return Starlette(
        routes=[
            Route("/health", _health),
            export_route.route(client, settings.web_language),
            Mount("", ByLanguage(pages, settings.web_language)),
        ],
        middleware=[
            Middleware(ProxyHeaders, proxies=settings.web_proxies or ""),
            Middleware(SecurityHeaders),
            *_host_guard(settings),
            Middleware(SameOrigin, settings.web_language),
            *authentication(
                Login(sessions, settings.web_language), _session_secret(settings), User("", settings.anonymous_role)
            ),
            Middleware(
                UploadGuard,
                folder=folder,
                upload_limit_bytes=settings.web_upload_limit,
                default_language=settings.web_language,
            ),
            Middleware(AssetCache),
        ],
        lifespan=lifespan,
    )


def _host_guard(settings: Settings) -> list[Middleware]:
    if settings.users:
        return []
    if settings.web_open is None:
        return [Middleware(HostGuard, settings.web_language, is_local, "not_local")]
    known = partial(is_known, names=settings.host_names)
    return [Middleware(HostGuard, settings.web_language, known, "unknown_name")]


def _session_secret(settings: Settings) -> str:
    return settings.web_secret.get_secret_value() if settings.web_secret else token_urlsafe(32)


def build_pages(desk: base.PageContext) -> gr.Blocks:
    """Lay out the pages of one language."""
    blocks = gr.Blocks(
        title=TITLE,
        analytics_enabled=False,
        fill_width=True,
        delete_cache=(FILE_LIFETIME_SECONDS, FILE_LIFETIME_SECONDS),
    )
    home, *others = PAGES
    with blocks:
        _lay_out(home, blocks, desk)
    for page in others:
        with blocks.route(page.texts[desk.language].name, page.path, show_in_navbar=False):
            _lay_out(page, blocks, desk)
    return blocks


def _lay_out(page: base.Page, blocks: gr.Blocks, desk: base.PageContext) -> None:
    base.add_frame(page, PAGES, desk.language)
    page.lay_out(blocks, desk)


def _mounted(page: gr.Blocks, upload_limit: int) -> FastAPI:
    app = FastAPI(openapi_url=None)
    page.has_launched = True  # or Gradio does not check the paths that handlers are given and give: a second check
    with catch_warnings():
        # Said of every mounted app with two pages, even one that never asked for SSR mode.
        filterwarnings("ignore", message="SSR mode is not supported", category=UserWarning)
        gr.mount_gradio_app(
            app,
            page,
            path="/",
            app_kwargs={"openapi_url": None},
            max_file_size=upload_limit,
            **_look(),
            **GRADIO_SWITCHED_OFF,
        )
    return app


def _look() -> dict[str, Any]:
    return {
        "theme": theme.build_theme(),
        "css_paths": [STATIC / "page.css", *sorted({*STATIC.glob("*.css")} - {STATIC / "page.css"})],
        "js": (STATIC / "page.js").read_text(encoding="utf-8"),
        "head": '<link rel="icon" type="image/svg+xml" href="./favicon.ico">',
        "favicon_path": str(TEMPLATES / "frame" / "logo.svg"),
        "footer_links": [],
    }


async def _health(_: Request) -> JSONResponse:
    return JSONResponse({"status": 200, "message": "OK"})
