"""The OpenAPI document, and Swagger over it from files that came with a package: no internet is asked."""

import base64
import hashlib
import re
from dataclasses import dataclass, fields
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from litestar import MediaType, Request, Response, Router, get
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin, SwaggerRenderPlugin
from litestar.openapi.spec import OpenAPI
from litestar.response import Redirect
from litestar.static_files import create_static_files_router

from service.api.openapi.authentication import with_keys

_AS_CALLED = {"/predict": "/predict/", "/registry": "/registry/"}
_ASSETS = "/docs/assets"
_DESCRIPTION = """Expected daily sales of games on Steam, by the kind of day.

Every prediction that was answered stands in the registry. Errors are problem details (RFC 9457)."""


def openapi(version: str, *, locked: bool) -> OpenAPIConfig:
    """The document, at /schema/openapi.json; `locked` where an API key is needed."""
    return _Config(
        title="Steam Sales",
        version=version,
        description=_DESCRIPTION,
        render_plugins=[JsonRenderPlugin()],
        openapi_router=Router("/schema", route_handlers=[], include_in_schema=False, after_request=_as_problem),
        locked=locked,
    )


@dataclass
class _Config(OpenAPIConfig):
    """Makes documents of the kind below."""

    locked: bool = False

    def to_openapi_schema(self) -> OpenAPI:
        """See `OpenAPIConfig`."""
        made = super().to_openapi_schema()
        return _Document(**{each.name: getattr(made, each.name) for each in fields(made)}, locked=self.locked)


@dataclass
class _Document(OpenAPI):
    """An OpenAPI document that says of all paths what Litestar cannot."""

    locked: bool = False

    def to_schema(self) -> dict[str, Any]:
        """See `OpenAPI`."""
        schema = super().to_schema()
        schema.pop("locked", None)
        # Litestar knows its routes without their last slash and takes them with and without it.
        _say_plainly(schema)
        schema["paths"] = {_AS_CALLED.get(path, path): item for path, item in schema["paths"].items()}
        return with_keys(schema) if self.locked else schema


def _say_plainly(schema: dict[str, Any]) -> None:
    operations = [operation for item in schema["paths"].values() for operation in item.values()]
    # A parameter that may be left out is not one that may be null, as Litestar says it is.
    for parameter in (parameter for operation in operations for parameter in operation.get("parameters", [])):
        kinds = parameter["schema"].pop("oneOf", [{}])
        parameter["schema"] = kinds[0] | parameter["schema"]
    # OpenAPI knows no `id` of an example: its name is its key.
    answers = [answer for operation in operations for answer in operation["responses"].values()]
    for content in (content for answer in answers for content in answer.get("content", {}).values()):
        for example in content.get("examples", {}).values():
            example.pop("id", None)


async def _as_problem(response: Response[Any]) -> Response[Any]:
    if response.status_code == HTTPStatus.NOT_FOUND:  # a page of HTML, by Litestar's own handler
        raise NotFoundException
    return response


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
        js_url=f"{_ASSETS}/swagger-ui-bundle.js",
        css_url=f"{_ASSETS}/swagger-ui.css",
        standalone_preset_js_url=f"{_ASSETS}/swagger-ui-standalone-preset.js",
        favicon=f"<link rel='icon' type='image/png' href='{_ASSETS}/favicon-32x32.png'>",
    )


@get("/", include_in_schema=False)
async def home() -> Redirect:
    """Lead whoever opens the API in a browser to its documentation."""
    return Redirect("/docs")
