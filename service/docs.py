"""The OpenAPI document, and Swagger over it from files that came with a package: no internet is asked."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Router, get
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

_ASSETS = "/docs/assets"
_DESCRIPTION = """Expected daily sales of games on Steam, by the kind of day.

Every prediction that was answered stands in the registry. Errors are problem details (RFC 9457)."""


def openapi(version: str) -> OpenAPIConfig:
    """The document, at /schema/openapi.json."""
    return OpenAPIConfig(
        title="Steam Sales", version=version, description=_DESCRIPTION, render_plugins=[JsonRenderPlugin()]
    )


def swagger_files() -> Path:
    """Folder of Swagger's own files. The package that carries them is found, not imported: it would want Flask."""
    spec = find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Swagger's files are missing: install the package flask-swagger-ui")
    return Path(spec.origin).with_name("dist")


def assets() -> Router:
    """Serves those files."""
    return create_static_files_router(path=_ASSETS, directories=[swagger_files()], include_in_schema=False)


@get("/docs", include_in_schema=False, media_type=MediaType.HTML)
async def swagger(request: Request[Any, Any, Any]) -> bytes:
    """Show Swagger."""
    page = SwaggerRenderPlugin(
        js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        css_url=f"{_ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{_ASSETS}/swagger-ui-standalone-preset.js",
        favicon=f"<link rel='icon' type='image/png' href='{_ASSETS}/favicon-32x32.png'>",
    )
    return page.render(request, request.app.openapi_schema.to_schema())


@get("/", include_in_schema=False)
async def home() -> Redirect:
    """Lead whoever opens the API in a browser to its documentation."""
    return Redirect("/docs")
