"""The OpenAPI document, and Swagger over it from files that came with a package: no internet is asked."""

import base64
import hashlib
import re
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.openapi.plugins import SwaggerRenderPlugin
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

_ASSETS_PATH = "/docs/assets"


def swagger_files() -> Path:
    """Folder of Swagger's own files. The package that carries them is found, not imported: it would want Flask."""
    spec = find_spec("flask_swagger_ui")
    if spec is None or spec.origin is None:
        raise FileNotFoundError("Swagger's files are missing: install the package flask-swagger-ui")
    return Path(spec.origin).with_name("dist")


def assets() -> Router:
    """Serves those files."""
    return create_static_files_router(path=_ASSETS_PATH, directories=[swagger_files()], include_in_schema=False)


@get("/docs", include_in_schema=False, media_type=MediaType.HTML)
async def swagger(request: Request[Any, Any, Any]) -> Response[bytes]:
    """Show Swagger."""
    page = _swagger().render(request, request.app.openapi_schema.to_schema())
    return Response(page, media_type=MediaType.HTML, headers={"Content-Security-Policy": _policy(page)})


def _policy(page: bytes) -> str:
    """What Swagger's page may load: files from here, and the one script that stands in it, by its digest."""
    scripts = re.findall(rb"<script(?![^>]*\bsrc=)[^>]*>(.*?)</script>", page, re.DOTALL)
    digests = [base64.b64encode(hashlib.sha256(script).digest()).decode() for script in scripts]
    inline = " ".join(f"'sha256-{digest}'" for digest in digests)
    return (
        f"default-src 'self'; script-src 'self' {inline}; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
    )


def _swagger() -> SwaggerRenderPlugin:
    return SwaggerRenderPlugin(
        js_url=f"{_ASSETS_PATH}/swagger-ui-bundle.js",
        css_url=f"{_ASSETS_PATH}/swagger-ui.css",
        standalone_preset_js_url=f"{_ASSETS_PATH}/swagger-ui-standalone-preset.js",
        favicon=f"<link rel='icon' type='image/png' href='{_ASSETS_PATH}/favicon-32x32.png'>",
    )


@get("/", include_in_schema=False)
async def home() -> Redirect:
    """Lead whoever opens the API in a browser to its documentation."""
    return Redirect("/docs")
